package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.funds.House;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Usage that the tenant's funds no longer covered, because an instance came back after its lease was given to others. */
class WaivedUsageTest {

  @Test
  void itIsShownOnTheInvoiceAndTakenOffAgainOnce() {
    try (Office office = new Office()) {
      TenantId tenant = office.paying(6);
      overspend(office, tenant);
      office.house.time.moveTo(Instant.parse("2026-10-02T00:00:00Z"));
      office.close(SEPTEMBER);
      Invoice invoice = office.only(tenant);
      assertThat(Office.text(invoice)).isEqualTo("""
          USAGE 2026-09 deepseek-v3 eu OUTPUT MONEY: 1500000 at 6000000 = 9.00
          WAIVED 2026-09: 1 at 0 = -3.00
          net 6.00, prepaid 6.00
          """);
      assertThat(office.invoices.recompute(invoice.id()).differences()).isEmpty();
      office.invoices.finalise(SEPTEMBER, "test");
      office.house.time.moveTo(Instant.parse("2026-11-02T00:00:00Z"));
      office.close(OCTOBER);
      assertThat(office.invoices.of(tenant)).hasSize(1);
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  /** Two instances use 1.5 million output tokens of $6, which pay for a million. */
  private static void overspend(Office office, TenantId tenant) {
    for (int i = 0; i < 7; i++) {
      office.house.time.move(Duration.ofSeconds(2));
      office.instance.beat();
    }
    House.Instance lost = office.house.quietInstance(House.QUICK);
    lost.beat();
    Request late = lost.request(tenant);
    var hold = late.hold(0, 900_000);
    office.house.silence(lost);
    office.instance.beat();
    office.use(tenant, 0, 0, 700_000);
    office.instance.shutDown();
    Request.settled(hold, late.used(0, 0, 800_000));
  }
}
