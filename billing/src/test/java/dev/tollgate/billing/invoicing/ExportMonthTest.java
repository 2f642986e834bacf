package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.ExportMonth;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Span;
import dev.tollgate.billing.Invoices.Outcome;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which month's export has a document (ADR 0035). */
class ExportMonthTest {

  private static final YearMonth NOVEMBER = OCTOBER.plusMonths(1);

  private final Office office = new Office();
  private final TenantId tenant = office.onCredit(1_000, ZoneOffset.UTC);

  @AfterEach
  void close() {
    office.close();
  }

  private Invoice nineDollars() {
    office.use(tenant, 1_100_000, 0, 1_000_000);
    office.at("2026-10-05T00:00:00Z");
    office.close(SEPTEMBER);
    return done(office.invoices.finalise(office.latest(tenant, SEPTEMBER).id(), "accountant"));
  }

  private static Invoice done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Invoice document) -> document;
      case Outcome.Refused refused -> throw new AssertionError(refused);
    };
  }

  private static String number(Invoice invoice) {
    return Objects.requireNonNull(invoice.issue()).number();
  }

  private List<String> exported(YearMonth month, @Nullable TenantId of) {
    var numbers = new ArrayList<String>();
    office.invoices.forEachExported(office.invoices.numbered(month, of), month, of, invoice -> {
      assertThat(Objects.requireNonNull(invoice.issue()).exportedWith().month()).isEqualTo(month);
      numbers.add(number(invoice));
    });
    assertThat(office.invoices.isAnyExported(month, of)).isEqualTo(!numbers.isEmpty());
    return numbers;
  }

  @Test
  void aNoteIsExportedWithTheMonthInWhichItIsIssuedAndNoOther() {
    Invoice invoice = nineDollars();
    assertThat(exported(SEPTEMBER, tenant)).containsExactly(number(invoice));
    office.at("2026-11-10T00:00:00Z");
    Invoice note = done(office.invoices.credit(invoice.id(), 100, "Slow answers", "support"));
    assertThat(note.month()).isEqualTo(SEPTEMBER);
    assertThat(exported(SEPTEMBER, null)).containsExactly(number(invoice));
    assertThat(exported(OCTOBER, null)).isEmpty();
    assertThat(exported(NOVEMBER, null)).containsExactly(number(note));
    assertThat(exported(NOVEMBER, office.newTenant())).isEmpty();
  }

  @Test
  void aReplacementIsExportedWithTheMonthInWhichItIsIssuedAndWhatItReplacesStays() {
    Invoice invoice = nineDollars();
    office.at("2026-10-31T00:00:00Z");
    Invoice draft = done(office.invoices.replace(invoice.id(), "Wrong address", "support"));
    assertThat(exported(OCTOBER, null)).containsExactly("INV-C2026-000001");
    assertThat(drafts(SEPTEMBER)).isZero();
    assertThat(drafts(OCTOBER)).isEqualTo(1);
    office.at("2026-11-10T00:00:00Z");
    Invoice replacement = done(office.invoices.finalise(draft.id(), "accountant"));
    assertThat(exported(SEPTEMBER, null)).containsExactly(number(invoice));
    assertThat(exported(OCTOBER, null)).containsExactly("INV-C2026-000001");
    assertThat(exported(NOVEMBER, null)).containsExactly(number(replacement));
    assertThat(drafts(OCTOBER)).isZero();
  }

  private long drafts(YearMonth month) {
    long ofAll = office.invoices.numbered(month, null).drafts();
    assertThat(office.invoices.numbered(month, tenant).drafts()).isEqualTo(ofAll);
    return ofAll;
  }

  @Test
  void anInvoiceIsExportedWithTheMonthThatItBillsWheneverItBecomesFinal() {
    office.use(tenant, 1_100_000, 0, 1_000_000);
    office.at("2026-11-10T00:00:00Z");
    office.close(SEPTEMBER);
    assertThat(exported(SEPTEMBER, null)).isEmpty();
    assertThat(drafts(SEPTEMBER)).isEqualTo(1);
    office.invoices.finalise(SEPTEMBER, "accountant");
    assertThat(exported(SEPTEMBER, null)).hasSize(1);
    assertThat(exported(NOVEMBER, null)).isEmpty();
  }

  @Test
  void theDayIsThatOfTheIssuer() {
    office.issue(ZoneId.of("Pacific/Honolulu"), "INV-");
    Invoice invoice = nineDollars();
    office.at("2026-11-01T09:59:00Z");
    done(office.invoices.credit(invoice.id(), 100, "Slow answers", "support"));
    office.at("2026-11-01T10:00:00Z");
    done(office.invoices.credit(invoice.id(), 100, "Slow answers", "support"));
    assertThat(exported(OCTOBER, null)).containsExactly("INV-C2026-000001");
    assertThat(exported(NOVEMBER, null)).containsExactly("INV-C2026-000002");
  }

  @Test
  void aNoteIsNeverExportedBeforeTheMonthThatItBills() {
    TenantId ahead = office.onCredit(1_000, ZoneId.of("Pacific/Kiritimati"));
    office.use(ahead, 1_100_000, 0, 1_000_000);
    // The month has ended for the tenant, and has not for the issuer.
    office.at("2026-09-30T12:00:00Z");
    office.close(SEPTEMBER);
    Invoice invoice = done(office.invoices.finalise(office.only(ahead).id(), "accountant"));
    Invoice note = done(office.invoices.credit(invoice.id(), 100, "Slow answers", "support"));
    assertThat(exported(SEPTEMBER, null)).containsExactly(number(invoice), number(note));
  }

  @Test
  void theMonthOfTheExportBeginsAndEndsAsTheTenantsDoesWhetherItIsClosedOrNot() {
    TenantId shanghai = office.onCredit(1_000, ZoneId.of("Asia/Shanghai"));
    office.use(shanghai, 1_100_000, 0, 1_000_000);
    office.at("2026-10-05T00:00:00Z");
    office.close(SEPTEMBER);
    Invoice invoice = done(office.invoices.finalise(office.only(shanghai).id(), "accountant"));
    Invoice note = done(office.invoices.credit(invoice.id(), 100, "Slow answers", "support"));
    var expected = new ExportMonth(OCTOBER,
        new Span(Instant.parse("2026-09-30T16:00:00Z"), Instant.parse("2026-10-31T16:00:00Z")));
    assertThat(issue(note).exportedWith()).isEqualTo(expected);
    office.at("2026-11-02T00:00:00Z");
    office.close(OCTOBER);
    assertThat(issue(office.invoices.find(note.id()).orElseThrow()).exportedWith()).isEqualTo(expected);
    assertThat(issue(invoice).exportedWith().span()).isEqualTo(new Span(invoice.from(), invoice.until()));
  }

  private static Issue issue(Invoice invoice) {
    return Objects.requireNonNull(invoice.issue());
  }
}
