package dev.tollgate.gateway.embedded;

import dev.tollgate.billing.Funding;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the demo tenant lives on: pay-as-you-go with its free allowance, and a few dollars. */
final class DemoFunding {

  private static final Logger log = LoggerFactory.getLogger(DemoFunding.class);
  private static final String CURRENCY = "USD";
  private static final long DOLLAR_PICO = 1_000_000_000_000L;

  private final Funding funding;
  private final Clock clock;
  private final int dollars;

  DemoFunding(Funding funding, Clock clock, int dollars) {
    this.funding = funding;
    this.clock = clock;
    this.dollars = dollars;
  }

  /** Gives it once, however often it is called. */
  void give(TenantId tenant) {
    try {
      funding.payAsYouGo(tenant, CURRENCY, ZoneOffset.UTC, 0, clock.instant());
    } catch (IllegalStateException e) {
      log.debug("The demo tenant has its contract already", e);
    }
    try {
      funding.topUp(tenant, CURRENCY, Math.multiplyExact(DOLLAR_PICO, dollars), "demo-top-up");
    } catch (IllegalStateException e) {
      log.debug("The demo tenant began with another balance", e);
    }
  }
}
