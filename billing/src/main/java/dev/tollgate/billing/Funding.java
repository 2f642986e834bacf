package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;

/** How a tenant comes to a contract and to money. */
public interface Funding {

  /**
   * Puts a tenant on pay-as-you-go from {@code from} on.
   *
   * @param zone in which its billing months begin
   * @param creditLimitPico how far below zero its balance may go, at least 0
   * @throws IllegalStateException if the tenant has a contract at that time already, or budgets in another currency
   */
  void payAsYouGo(TenantId tenant, String currency, ZoneId zone, long creditLimitPico, Instant from);

  /**
   * Adds paid-in money. Idempotent by the reference: the same one again with the same amount changes nothing.
   *
   * @param amountPico at least 1, at most {@link Money#MOST_AT_ONCE}
   * @param reference of the payment, unique within the tenant, at most 100 characters
   * @return whether it was added now, and not by an earlier call
   * @throws IllegalStateException if the reference was used for another amount, or the tenant has no contract in that
   *     currency
   */
  boolean topUp(TenantId tenant, String currency, BigInteger amountPico, String reference);

  /** The same, of a sum that fits into a {@code long}. */
  default boolean topUp(TenantId tenant, String currency, long amountPico, String reference) {
    return topUp(tenant, currency, BigInteger.valueOf(amountPico), reference);
  }
}
