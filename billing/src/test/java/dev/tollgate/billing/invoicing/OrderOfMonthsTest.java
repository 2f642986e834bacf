package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.DOLLAR;
import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.Invoices.Outcome;
import dev.tollgate.billing.Payments;
import dev.tollgate.billing.Payments.Payment;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All usage that money does not pay for is demanded once, in whatever order months become final. */
class OrderOfMonthsTest {

  private static final YearMonth NOVEMBER = OCTOBER.plusMonths(1);
  private static final List<YearMonth> MONTHS = List.of(SEPTEMBER, OCTOBER, NOVEMBER);
  private static final int TENANTS = 24;
  private static final long DOLLARS_A_MILLION = 3;
  private static final long FREE = 100_000;

  private final Office office = new Office();
  private final RecordedPayments payments = new RecordedPayments(office.house.pool);

  @AfterEach
  void theBooksAgree() {
    try (office) {
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  /** Nine dollars of September and six of October on credit, less what was paid in before; both are drafts. */
  private TenantId nineAndSix(long paidIn) {
    TenantId tenant = onCredit(paidIn);
    office.use(tenant, FREE + 3_000_000, 0, 0);
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    office.use(tenant, FREE + 2_000_000, 0, 0);
    office.at("2026-11-02T00:00:00Z");
    office.close(OCTOBER);
    return tenant;
  }

  private TenantId onCredit(long paidIn) {
    TenantId tenant = office.onCredit(1_000, ZoneOffset.UTC);
    if (paidIn > 0) {
      office.house.funding.topUp(tenant, "USD", paidIn * DOLLAR, "first");
    }
    return tenant;
  }

  private Invoice finalise(TenantId tenant, YearMonth month) {
    return done(office.invoices.finalise(office.latest(tenant, month).id(), "accountant"));
  }

  private Invoice replace(TenantId tenant, YearMonth month) {
    return done(office.invoices.replace(office.latest(tenant, month).id(), "Wrong address", "support"));
  }

  private void pay(Invoice invoice) {
    assertThat(payments.pay(invoice.id(), new Payment("USD", invoice.totals().open(), "bank"), "accountant"))
        .isInstanceOf(Payments.Outcome.Recorded.class);
  }

  private static Invoice done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Invoice document) -> document;
      case Outcome.Refused refused -> throw new AssertionError(refused);
    };
  }

  private long due(TenantId tenant, YearMonth month) {
    return office.latest(tenant, month).totals().due();
  }

  @Test
  void aReplacementDemandsWhatItsInvoiceDidWhileALaterMonthWaitsForItsMoney() {
    TenantId tenant = nineAndSix(0);
    finalise(tenant, SEPTEMBER);
    finalise(tenant, OCTOBER);
    assertThat(replace(tenant, SEPTEMBER).totals().due()).isEqualTo(900);
    assertThat(finalise(tenant, SEPTEMBER).totals().due()).isEqualTo(900);
    assertThat(due(tenant, OCTOBER)).isEqualTo(600);
  }

  @Test
  void aReplacementDemandsWhatItsInvoiceDidAfterALaterMonthWasPaid() {
    TenantId tenant = nineAndSix(0);
    finalise(tenant, SEPTEMBER);
    pay(finalise(tenant, OCTOBER));
    replace(tenant, SEPTEMBER);
    assertThat(finalise(tenant, SEPTEMBER).totals().due()).isEqualTo(900);
    assertThat(office.house.balance(tenant)).isEqualTo(BigInteger.valueOf(-9 * DOLLAR));
  }

  @Test
  void anEarlierMonthThatBecomesFinalLaterDemandsAllOfItsUsage() {
    TenantId tenant = nineAndSix(0);
    assertThat(finalise(tenant, OCTOBER).totals().due()).isEqualTo(600);
    assertThat(finalise(tenant, SEPTEMBER).totals().due()).isEqualTo(900);
  }

  @Test
  void whatWasPaidInIsTakenOffOnceWhicheverMonthIsFinalFirst() {
    TenantId tenant = nineAndSix(6);
    assertThat(finalise(tenant, OCTOBER).totals().due()).isEqualTo(600);
    assertThat(finalise(tenant, SEPTEMBER).totals().due()).isEqualTo(300);
    replace(tenant, SEPTEMBER);
    replace(tenant, OCTOBER);
    assertThat(finalise(tenant, SEPTEMBER).totals().due()).isEqualTo(300);
    assertThat(finalise(tenant, OCTOBER).totals().due()).isEqualTo(600);
  }

  /** How tenants of random usage and money fare when their months become final, are paid and are replaced at random. */
  @Test
  void inAnyOrderInvoicesTogetherDemandTheUsageThatWasNotPaidIn() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    Map<TenantId, Long> missing = new HashMap<>();
    for (int i = 0; i < TENANTS; i++) {
      long paidIn = random.nextLong(30);
      missing.put(onCredit(paidIn), -paidIn * 100);
    }
    for (YearMonth month : MONTHS) {
      missing.replaceAll((tenant, cents) -> {
        int millions = 1 + random.nextInt(6);
        office.use(tenant, FREE + millions * 1_000_000L, 0, 0);
        return cents + millions * DOLLARS_A_MILLION * 100;
      });
      office.at(month.plusMonths(1) + "-02T00:00:00Z");
      office.close(month);
    }
    missing.forEach((tenant, cents) -> {
      List<String> happened = anyhow(tenant, random);
      assertThat(MONTHS.stream().mapToLong(month -> due(tenant, month)).sum())
          .as("seed %d, %s", seed, happened).isEqualTo(Math.max(0, cents));
    });
  }

  private List<String> anyhow(TenantId tenant, Random random) {
    var happened = new ArrayList<String>();
    for (int left = 6 + random.nextInt(6); left > 0 || isAnyDraft(tenant); left--) {
      YearMonth month = MONTHS.get(random.nextInt(MONTHS.size()));
      Invoice invoice = office.latest(tenant, month);
      boolean untouched = invoice.totals().open() == invoice.totals().due();
      if (invoice.state() == State.DRAFT) {
        happened.add("finalise " + month);
        finalise(tenant, month);
      } else if (left > 0 && untouched && random.nextBoolean()) {
        happened.add("replace " + month);
        replace(tenant, month);
      } else if (invoice.totals().open() > 0) {
        happened.add("pay " + month);
        pay(invoice);
      }
    }
    return happened;
  }

  private boolean isAnyDraft(TenantId tenant) {
    return office.invoices.of(tenant).stream()
        .anyMatch(each -> each.kind() == Kind.INVOICE && each.state() == State.DRAFT);
  }
}
