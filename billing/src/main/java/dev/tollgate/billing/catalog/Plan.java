package dev.tollgate.billing.catalog;

/**
 * A way of paying.
 *
 * @param freeTokensPerMonth raw tokens that a tenant on this plan has free in each of its billing months
 */
public record Plan(String name, long freeTokensPerMonth) {

  /** The plan that a tenant begins with (product.md §2). */
  public static final String PAY_AS_YOU_GO = "pay-as-you-go";
}
