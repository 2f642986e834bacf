package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.DOLLAR;
import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Adjustments.Adjustment;
import dev.tollgate.billing.Adjustments.Kind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.Invoices.Outcome;
import dev.tollgate.billing.Money;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.YearMonth;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the credit of a tenant that pays in advance, and so never owes what it could be taken off. */
class CreditOfPrepaidTenantsTest {

  private static final YearMonth NOVEMBER = OCTOBER.plusMonths(1);

  private final Office office = new Office();
  private final TenantId tenant = office.paying(100);

  @AfterEach
  void theBooksAgree() {
    try (office) {
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  /** Twenty-four dollars of September from the balance, of which so much is credited. */
  private void credited(long cents) {
    month(SEPTEMBER, 24_000);
    done(office.invoices.credit(dollars(SEPTEMBER).id(), cents, "Slow answers", "support"));
  }

  /** Uses so many output tokens at 0.6 cents a thousand, and finalises the month. */
  private Invoice month(YearMonth month, long thousandths) {
    office.use(tenant, 0, 0, thousandths * 1_000 / 6);
    office.at(month.plusMonths(1) + "-02T00:00:00Z");
    office.close(month);
    return done(office.invoices.finalise(dollars(month).id(), "accountant"));
  }

  private Invoice dollars(YearMonth month) {
    return office.invoices.of(tenant).stream().filter(each -> each.kind() == Invoice.Kind.INVOICE)
        .filter(each -> each.month().equals(month) && each.currency().equals("USD"))
        .filter(each -> each.state() != State.VOID).findFirst().orElseThrow();
  }

  private static Invoice done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Invoice document) -> document;
      case Outcome.Refused refused -> throw new AssertionError(refused);
    };
  }

  private static String sums(Invoice invoice) {
    Invoice.Totals sums = invoice.totals();
    return "total " + sums.total() + ", prepaid " + sums.prepaid() + ", credit " + sums.creditApplied()
        + ", carried " + sums.creditCarried() + ", due " + sums.due();
  }

  private long credit(String currency) {
    return office.house.jdbc.sql("""
        SELECT COALESCE(sum(amount), 0) FROM billing.credit_movement
        WHERE tenant_id = :tenant AND currency = :currency
        """).param("tenant", tenant.value()).param("currency", currency).query(Long.class).single();
  }

  private void assertBalance(long cents) {
    assertThat(office.house.balance(tenant)).isEqualTo(BigInteger.valueOf(cents * (DOLLAR / 100)));
  }

  @Test
  void creditPaysForWhatTheBalancePaidForAndGoesBackToIt() {
    credited(1_000);
    assertBalance(10_000 - 2_400);
    assertThat(sums(month(OCTOBER, 15_000)))
        .isEqualTo("total 1500, prepaid 500, credit 1000, carried 0, due 0");
    assertThat(dollars(OCTOBER).state()).isEqualTo(State.PAID);
    assertBalance(10_000 - 2_400 - 1_500 + 1_000);
    assertThat(credit("USD")).isZero();
    assertThat(sums(month(NOVEMBER, 3_000)))
        .isEqualTo("total 300, prepaid 300, credit 0, carried 0, due 0");
    assertBalance(10_000 - 2_400 - 1_500 + 1_000 - 300);
  }

  @Test
  void whatTheMonthDidNotUseIsKeptForTheNextOne() {
    credited(1_000);
    assertThat(sums(month(OCTOBER, 6_000)))
        .isEqualTo("total 600, prepaid 0, credit 600, carried 0, due 0");
    assertThat(credit("USD")).isEqualTo(400);
    assertThat(sums(month(NOVEMBER, 6_000)))
        .isEqualTo("total 600, prepaid 200, credit 400, carried 0, due 0");
    assertBalance(10_000 - 2_400 - 1_200 + 1_000);
  }

  @Test
  void creditIsTakenOffWhatIsPayableBeforeItGoesBackToTheBalance() {
    credited(1_000);
    office.profile(tenant, TaxRule.standard(2_000));
    assertThat(sums(month(OCTOBER, 15_000)))
        .isEqualTo("total 1800, prepaid 800, credit 1000, carried 0, due 0");
    assertBalance(10_000 - 2_400 - 1_500 + 700);
  }

  @Test
  void aReplacementOfTheInvoiceTakesTheCreditBackAndAppliesItAgain() {
    credited(1_000);
    month(OCTOBER, 15_000);
    Invoice draft = done(
        office.invoices.replace(dollars(OCTOBER).id(), "Wrong address", "support"));
    assertThat(credit("USD")).isEqualTo(1_000);
    assertBalance(10_000 - 2_400 - 1_500);
    assertThat(sums(draft)).isEqualTo("total 1500, prepaid 500, credit 1000, carried 0, due 0");
    done(office.invoices.finalise(draft.id(), "accountant"));
    assertThat(credit("USD")).isZero();
    assertBalance(10_000 - 2_400 - 1_500 + 1_000);
  }

  @Test
  void anInvoiceWhoseCreditIsUsedAgainIsNotReplaced() {
    credited(1_000);
    month(OCTOBER, 15_000);
    office.use(tenant, 0, 0, 71_000_000 / 6);
    assertThat(office.invoices.replace(dollars(OCTOBER).id(), "Wrong address", "support"))
        .isEqualTo(new Outcome.Refused("What its credits paid for is used again or held by running requests",
            "Issue a credit note over what is wrong"));
  }

  @Test
  void aNegativeInvoiceGivesBackEarlierCreditAndLeavesItsOwn() {
    credited(1_000);
    adjust("USD", -7);
    assertThat(sums(month(OCTOBER, 6_000)))
        .isEqualTo("total -100, prepaid 0, credit 600, carried 700, due 0");
    assertThat(credit("USD")).isEqualTo(1_100);
    assertBalance(10_000 - 2_400 - 600 + 600);
    done(office.invoices.replace(dollars(OCTOBER).id(), "Wrong address", "support"));
    assertThat(credit("USD")).isEqualTo(1_000);
    assertBalance(10_000 - 2_400 - 600);
  }

  @Test
  void creditInOneCurrencyGivesBackNothingInAnother() {
    month(SEPTEMBER, 24_000);
    adjust("EUR", -7);
    assertThat(sums(month(OCTOBER, 15_000)))
        .isEqualTo("total 1500, prepaid 1500, credit 0, carried 0, due 0");
    office.invoices.finalise(OCTOBER, "accountant");
    assertThat(credit("EUR")).isEqualTo(700);
    assertThat(sums(month(NOVEMBER, 15_000)))
        .isEqualTo("total 1500, prepaid 1500, credit 0, carried 0, due 0");
    assertBalance(10_000 - 2_400 - 3_000);
  }

  private void adjust(String currency, long units) {
    office.adjustments.add(tenant, new Adjustment(Kind.ADJUSTMENT,
        new Money(currency, BigInteger.valueOf(units).multiply(BigInteger.valueOf(DOLLAR))), OCTOBER,
        "Agreed", "agreed"), "support");
  }
}
