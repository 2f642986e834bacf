package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.DOLLAR;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Adjustments.Adjustment;
import dev.tollgate.billing.Adjustments.Kind;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.Invoices.Outcome;
import dev.tollgate.billing.Money;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A month of one tenant with an invoice in each of two currencies. */
class TwoCurrenciesTest {

  private final Office office = new Office();
  private final TenantId tenant = office.onCredit(1_000, ZoneOffset.UTC);

  @AfterEach
  void theBooksAgree() {
    try (office) {
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  private static Invoice done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Invoice document) -> document;
      case Outcome.Refused refused -> throw new AssertionError(refused);
    };
  }

  private Invoice in(String currency) {
    return office.invoices.of(tenant).stream()
        .filter(each -> each.currency().equals(currency) && each.kind() == Invoice.Kind.INVOICE)
        .filter(each -> each.state() != State.VOID).findFirst().orElseThrow();
  }

  private void adjust(String currency, long units, String reference) {
    office.adjustments.add(tenant, new Adjustment(Kind.ADJUSTMENT,
        new Money(currency, BigInteger.valueOf(units).multiply(BigInteger.valueOf(DOLLAR))), SEPTEMBER,
        "Agreed", reference), "support");
  }

  @Test
  void ofAMonthInTwoCurrenciesOneIsDraftedAnewWhileTheOtherIsFinal() {
    adjust("EUR", 5, "euros");
    office.use(tenant, 1_100_000, 0, 1_000_000);
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    Invoice euros = done(office.invoices.finalise(in("EUR").id(), "accountant"));
    adjust("USD", 1, "dollars");
    adjust("EUR", 2, "more euros");
    Invoice dollars = done(office.invoices.redraft(in("USD").id()));
    assertThat(dollars.totals().net()).isEqualTo(1_000);
    done(office.invoices.finalise(dollars.id(), "accountant"));
    assertThat(done(office.invoices.replace(dollars.id(), "Wrong address", "support")).totals().net())
        .isEqualTo(1_000);
    assertThat(in("EUR")).isEqualTo(euros);
    Invoice replaced = done(office.invoices.replace(euros.id(), "More came", "support"));
    assertThat(replaced.totals().net()).isEqualTo(700);
    assertThat(in("USD").totals().net()).isEqualTo(1_000);
  }
}
