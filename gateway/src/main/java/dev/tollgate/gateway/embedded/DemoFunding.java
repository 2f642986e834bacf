package dev.tollgate.gateway.embedded;

import dev.tollgate.billing.Funding;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the demo tenant lives on: pay-as-you-go with its free allowance, and five dollars. */
final class DemoFunding {

  private static final Logger log = LoggerFactory.getLogger(DemoFunding.class);
  private static final String CURRENCY = "USD";
  private static final long FIVE_DOLLARS_PICO = 5_000_000_000_000L;

  private final Funding funding;
  private final Clock clock;

  DemoFunding(Funding funding, Clock clock) {
    this.funding = funding;
    this.clock = clock;
  }

  /** Gives it once, however often it is called. */
  void give(TenantId tenant) {
    try {
      funding.payAsYouGo(tenant, CURRENCY, ZoneOffset.UTC, 0, clock.instant());
    } catch (IllegalStateException e) {
      log.debug("The demo tenant has its contract already", e);
    }
    funding.topUp(tenant, CURRENCY, FIVE_DOLLARS_PICO, "demo-top-up");
  }
}
