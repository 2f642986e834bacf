package dev.tollgate.billing.catalog;

/**
 * A way of paying.
 *
 * @param freeTokensPerMonth raw tokens that a tenant on this plan has free in each of its billing months
 * @param discountBasisPoints off the list price
 * @param leastCommitment raw tokens of a billing month that a contract on it must commit to
 */
public record Plan(String name, long freeTokensPerMonth, int discountBasisPoints, long leastCommitment) {

  /** The plan that a tenant begins with (docs/money-rules.md). */
  public static final String PAY_AS_YOU_GO = "pay-as-you-go";
  /** The plan of tenants that commit themselves. */
  public static final String ENTERPRISE = "enterprise";
}
