package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.DOLLAR;
import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Payments.Outcome;
import dev.tollgate.billing.Payments.OverdueOrder;
import dev.tollgate.billing.Payments.Payment;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PaymentsTest {

  private final Office office = new Office();
  private final RecordedPayments payments = new RecordedPayments(office.house.pool);
  private final TenantId tenant = office.onCredit(1_000, ZoneOffset.UTC);

  /** 9 dollars of usage on credit and 1.71 of tax. */
  @BeforeEach
  void anInvoiceIsDue() {
    office.profile(tenant, TaxRule.standard(1_900));
    office.use(tenant, 1_100_000, 0, 1_000_000);
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    office.invoices.finalise(SEPTEMBER, "accountant");
  }

  @AfterEach
  void theBooksAgree() {
    try (office) {
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  private Invoice invoice() {
    return office.latest(tenant, SEPTEMBER);
  }

  private Outcome pay(String currency, long cents, String reference) {
    return payments.pay(invoice().id(), new Payment(currency, cents, reference), "accountant");
  }

  @Test
  void aPaymentInFullRestoresTheCreditThatUsageTook() {
    assertThat(pay("USD", 1_071, "bank-1")).isInstanceOf(Outcome.Recorded.class);
    assertThat(invoice().state()).isEqualTo(State.PAID);
    assertThat(invoice().totals().open()).isZero();
    assertThat(office.house.balance(tenant)).isZero();
  }

  @Test
  void partOfAPaymentPaysTaxFirstAndThenUsage() {
    pay("USD", 371, "bank-1");
    assertThat(invoice().state()).isEqualTo(State.FINALISED);
    assertThat(invoice().totals().open()).isEqualTo(700);
    assertThat(office.house.balance(tenant)).isEqualTo(BigInteger.valueOf(-7 * DOLLAR));
  }

  @Test
  void theSamePaymentTwiceCountsOnce() {
    pay("USD", 371, "bank-1");
    assertThat(pay("USD", 371, "bank-1")).isInstanceOf(Outcome.Recorded.class);
    assertThat(invoice().totals().open()).isEqualTo(700);
    assertThat(pay("USD", 372, "bank-1")).isEqualTo(new Outcome.Refused("reference",
        "The reference bank-1 was used for another amount", "Name another reference", true));
  }

  @Test
  void theWrongAmountAndTheWrongCurrencyAreRefused() {
    assertThat(pay("EUR", 1_071, "bank-1"))
        .isEqualTo(new Outcome.Refused("currency", "The invoice is in USD, not in EUR",
            "Record what came in as USD", false));
    for (long cents : new long[]{0, -1, 1_072}) {
      assertThat(pay("USD", cents, "bank-1")).isInstanceOfSatisfying(Outcome.Refused.class,
          refused -> {
            assertThat(refused.field()).isEqualTo("amount");
            assertThat(refused.instead()).isEqualTo("Between 0.01 USD and 10.71 USD can be recorded");
            // What is open may be more at another time; less than a coin is never paid.
            assertThat(refused.conflict()).isEqualTo(cents > 0);
          });
    }
    assertThat(invoice().totals().open()).isEqualTo(1_071);
  }

  private Outcome refund(long cents, String reference) {
    return payments.refund(invoice().id(), new Payment("USD", cents, reference), "accountant");
  }

  private void credit(long net) {
    assertThat(office.invoices.credit(invoice().id(), net, "Slow answers", "support"))
        .isInstanceOf(Invoices.Outcome.Done.class);
  }

  /** The invoice, what the tenant has to its credit, and what the ledger says that it owes and has paid. */
  private String standing() {
    return invoice().state() + ", open " + invoice().totals().open() + ", credit " + office.house.jdbc.sql(
        "SELECT COALESCE(sum(amount), 0) FROM billing.credit_movement").query(Long.class).single()
        + ", receivable " + entered("RECEIVABLE") + ", cash " + entered("CASH") + ", balance "
        + cents(office.house.balance(tenant));
  }

  /** What came into an account less what left it, in cents. */
  private long entered(String kind) {
    return cents(office.house.jdbc.sql("""
        SELECT COALESCE(sum(CASE WHEN t.credit_account = a.id THEN t.amount ELSE -t.amount END), 0)
        FROM billing.account a JOIN billing.transfer t ON a.id IN (t.credit_account, t.debit_account)
        WHERE a.tenant_id = :tenant AND a.kind = :kind
        """).param("tenant", tenant.value()).param("kind", kind).query(BigDecimal.class).single()
        .toBigIntegerExact());
  }

  private static long cents(BigInteger pico) {
    BigInteger[] cents = pico.divideAndRemainder(BigInteger.valueOf(DOLLAR / 100));
    assertThat(cents[1]).isZero();
    return cents[0].longValueExact();
  }

  @Test
  void aRefundAfterACreditNotePaysOutItsCredit() {
    pay("USD", 1_071, "bank-1");
    credit(900);
    assertThat(standing()).isEqualTo("PAID, open 0, credit 1071, receivable 1071, cash -1071, balance 0");
    assertThat(refund(1_071, "back-1")).isInstanceOf(Outcome.Recorded.class);
    assertThat(standing()).isEqualTo("PAID, open 0, credit 0, receivable 0, cash 0, balance 0");
    assertThat(refund(1_071, "back-1")).isInstanceOf(Outcome.Recorded.class);
    assertThat(refund(1, "back-2")).isInstanceOf(Outcome.Refused.class);
    assertThat(standing()).isEqualTo("PAID, open 0, credit 0, receivable 0, cash 0, balance 0");
    assertThat(payments.of(invoice().id()).stream().map(each -> each.kind() + " " + each.amount()))
        .containsExactly("PAYMENT 1071", "REFUND -1071", "CREDIT 1071");
  }

  @Test
  void aCreditNoteAfterARefundEndsWhereARefundAfterACreditNoteDoes() {
    pay("USD", 1_071, "bank-1");
    refund(1_071, "back-1");
    credit(900);
    assertThat(standing()).isEqualTo("PAID, open 0, credit 0, receivable 0, cash 0, balance 0");
  }

  @Test
  void aRefundBeyondTheCreditOfNotesOpensTheInvoiceForTheRest() {
    pay("USD", 1_071, "bank-1");
    credit(300);
    refund(200, "back-1");
    assertThat(standing()).isEqualTo("PAID, open 0, credit 157, receivable 157, cash -871, balance 0");
    refund(500, "back-2");
    assertThat(standing())
        .isEqualTo("FINALISED, open 343, credit 0, receivable 0, cash -371, balance -343");
    pay("USD", 343, "bank-2");
    assertThat(standing()).isEqualTo("PAID, open 0, credit 0, receivable 0, cash -714, balance 0");
  }

  @Test
  void creditThatALaterInvoiceUsedIsNotPaidOut() {
    pay("USD", 1_071, "bank-1");
    credit(300);
    office.use(tenant, 1_100_000, 0, 0);
    office.at("2026-11-02T00:00:00Z");
    office.close(OCTOBER);
    office.invoices.finalise(OCTOBER, "accountant");
    assertThat(office.latest(tenant, OCTOBER).totals().creditApplied()).isEqualTo(357);
    refund(357, "back-1");
    assertThat(invoice().totals().open()).isEqualTo(357);
  }

  @Test
  void aRefundOpensTheInvoiceAgain() {
    pay("USD", 1_071, "bank-1");
    assertThat(payments.refund(invoice().id(), new Payment("USD", 1_072, "back-1"), "accountant"))
        .isInstanceOf(Outcome.Refused.class);
    assertThat(payments.refund(invoice().id(), new Payment("USD", 1_071, "back-1"), "accountant"))
        .isInstanceOf(Outcome.Recorded.class);
    assertThat(invoice().state()).isEqualTo(State.FINALISED);
    assertThat(office.house.balance(tenant)).isEqualTo(BigInteger.valueOf(-9 * DOLLAR));
  }

  @Test
  void whatIsOpenAfterItsDayIsOverdue() {
    assertThat(payments.overdue(LocalDate.of(2026, 10, 16))).isEmpty();
    assertThat(payments.countOverdue(LocalDate.of(2026, 10, 16))).isZero();
    for (OverdueOrder order : OverdueOrder.values()) {
      assertThat(payments.overdue(LocalDate.of(2026, 10, 17), Slice.first(order, false, 2)))
          .as("by %s", order)
          .isEqualTo(payments.overdue(LocalDate.of(2026, 10, 17))).hasSize(1);
    }
    assertThat(payments.countOverdue(LocalDate.of(2026, 10, 17))).isEqualTo(1);
    assertThat(payments.overdue(LocalDate.of(2026, 10, 17))).singleElement()
        .satisfies(overdue -> assertThat(overdue.open()).isEqualTo(1_071));
    pay("USD", 1_071, "bank-1");
    assertThat(payments.overdue(LocalDate.of(2026, 10, 17))).isEmpty();
  }
}
