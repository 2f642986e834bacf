package dev.tollgate.billing.contracts;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;

/**
 * A calendar month in a tenant's zone, as a half-open interval of UTC instants (money rule 10).
 *
 * @param from inclusive
 * @param until exclusive
 */
public record BillingMonth(Instant from, Instant until) {

  /** The month that an instant falls in. */
  public static BillingMonth at(Instant instant, ZoneId zone) {
    YearMonth month = YearMonth.from(instant.atZone(zone));
    return new BillingMonth(start(month, zone), start(month.plusMonths(1), zone));
  }

  private static Instant start(YearMonth month, ZoneId zone) {
    return month.atDay(1).atStartOfDay(zone).toInstant();
  }
}
