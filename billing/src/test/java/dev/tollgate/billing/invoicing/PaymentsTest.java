package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.DOLLAR;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.Payments.Outcome;
import dev.tollgate.billing.Payments.OverdueOrder;
import dev.tollgate.billing.Payments.Payment;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
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
    assertThat(pay("USD", 372, "bank-1")).isEqualTo(new Outcome.Refused(
        "The reference bank-1 was used for another amount", "Name another reference"));
  }

  @Test
  void theWrongAmountAndTheWrongCurrencyAreRefused() {
    assertThat(pay("EUR", 1_071, "bank-1"))
        .isEqualTo(new Outcome.Refused("The invoice is in USD, not in EUR", "Record what came in as USD"));
    for (long cents : new long[]{0, -1, 1_072}) {
      assertThat(pay("USD", cents, "bank-1")).isInstanceOfSatisfying(Outcome.Refused.class,
          refused -> assertThat(refused.instead())
              .isEqualTo("Between 0.01 USD and 10.71 USD can be recorded"));
    }
    assertThat(invoice().totals().open()).isEqualTo(1_071);
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
