package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoices.Outcome.Done;
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

  @Test
  void aMonthThatIsDraftedAnewTakesOffItsOwnLossesAlone() {
    try (Office office = new Office()) {
      TenantId tenant = office.paying(6);
      overspend(office, tenant);
      office.house.time.moveTo(Instant.parse("2026-10-02T00:00:00Z"));
      office.close(SEPTEMBER);
      office.house.funding.topUp(tenant, "USD", 6 * Office.DOLLAR, "second");
      overspend(office, tenant, office.house.quietInstance(House.QUICK));
      Invoice september = office.only(tenant);
      assertThat(redrafted(office, september)).isEqualTo(waived(september, "-3.00"));
      office.invoices.finalise(SEPTEMBER, "test");
      office.house.time.moveTo(Instant.parse("2026-11-02T00:00:00Z"));
      office.close(OCTOBER);
      assertThat(Office.text(office.latest(tenant, OCTOBER))).contains("WAIVED 2026-10: 1 at 0 = -3.00");
      Invoice issued = office.latest(tenant, SEPTEMBER);
      assertThat(office.invoices.replace(issued.id(), "Wrong address", "test"))
          .isInstanceOfSatisfying(Done.class,
              done -> assertThat(Office.text(done.document())).isEqualTo(waived(issued, "-3.00")));
      assertThat(redrafted(office, office.latest(tenant, OCTOBER)))
          .contains("WAIVED 2026-10: 1 at 0 = -3.00");
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  private static String redrafted(Office office, Invoice draft) {
    return office.invoices.redraft(draft.id()) instanceof Done(Invoice again) ? Office.text(again) : "";
  }

  /** The document as it was, of which this was taken off. */
  private static String waived(Invoice invoice, String dollars) {
    String text = Office.text(invoice);
    assertThat(text).contains("WAIVED " + invoice.month() + ": 1 at 0 = " + dollars + "\n");
    return text;
  }

  private static void overspend(Office office, TenantId tenant) {
    overspend(office, tenant, office.instance);
  }

  /** Two instances use 1.5 million output tokens of $6, which pay for a million. */
  private static void overspend(Office office, TenantId tenant, House.Instance instance) {
    for (int i = 0; i < 7; i++) {
      office.house.time.move(Duration.ofSeconds(2));
      instance.beat();
    }
    House.Instance lost = office.house.quietInstance(House.QUICK);
    lost.beat();
    Request late = lost.request(tenant);
    var hold = late.hold(0, 900_000);
    office.house.silence(lost);
    instance.beat();
    Request rest = instance.request(tenant);
    Request.settled(rest.hold(0, 700_000), rest.used(0, 0, 700_000));
    instance.shutDown();
    Request.settled(hold, late.used(0, 0, 800_000));
  }
}
