package dev.tollgate.billing.contracts;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;

/**
 * What was agreed with a tenant over a half-open interval.
 *
 * @param zone in which its billing months begin
 * @param discountBasisPoints off the list price, 0 to 10,000
 * @param creditLimit how far below zero the balance may go, in pico-units
 * @param freeTokensPerMonth raw tokens free in each billing month
 * @param committedTokensPerMonth raw tokens that are paid in each billing month, used or not; 0 for none
 * @param from inclusive
 * @param until exclusive; {@link Instant#MAX} for a contract without an end
 * @param packsFallThrough whether money pays where allowance and packs end; the tenant may change it at any time
 * @param fundsRevision rises whenever the tenant gets a fund
 */
public record Contract(long id, TenantId tenant, String plan, String currency, ZoneId zone,
    int discountBasisPoints, BigInteger creditLimit, long freeTokensPerMonth,
    long committedTokensPerMonth, Instant from, Instant until,
    boolean packsFallThrough, long fundsRevision) {

  public boolean isInForceAt(Instant instant) {
    return !instant.isBefore(from) && instant.isBefore(until);
  }

  public boolean isInForceDuring(BillingMonth month) {
    return from.isBefore(month.until()) && month.from().isBefore(until);
  }

  public BillingMonth monthAt(Instant instant) {
    return BillingMonth.at(instant, zone);
  }
}
