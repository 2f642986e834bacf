package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.DOLLAR;
import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Adjustments;
import dev.tollgate.billing.Adjustments.Adjustment;
import dev.tollgate.billing.Adjustments.Kind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices.Finalised;
import dev.tollgate.billing.Invoices.Outcome;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs;
import dev.tollgate.tenants.TenantId;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class DocumentsTest {

  private final Office office = new Office();
  private final TenantId tenant = office.onCredit(1_000, ZoneOffset.UTC);

  @AfterEach
  void theBooksAgree() {
    try (office) {
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  private Invoice nineDollars() {
    office.use(tenant, 1_100_000, 0, 1_000_000);
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    return office.only(tenant);
  }

  private Invoice finalised() {
    return done(office.invoices.finalise(nineDollars().id(), "accountant"));
  }

  private static Invoice done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Invoice document) -> document;
      case Outcome.Refused refused -> throw new AssertionError(refused);
    };
  }

  private static Outcome.Refused refused(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> throw new AssertionError(done);
      case Outcome.Refused refused -> refused;
    };
  }

  /** Has something happen before the first statement that contains a text. */
  private DataSource before(String text, Runnable happening) {
    var happened = new AtomicBoolean();
    return new DelegatingDataSource(office.house.pool) {
      @Override
      public Connection getConnection() throws SQLException {
        Connection real = super.getConnection();
        return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
            new Class<?>[]{Connection.class},
            (proxy, method, arguments) -> {
              boolean meant = method.getName().equals("prepareStatement")
                  && arguments[0].toString().contains(text);
              if (meant && !happened.getAndSet(true)) {
                happening.run();
              }
              return method.invoke(real, arguments);
            });
      }
    };
  }

  @Test
  void aDocumentThatIsIssuedWhileItIsReadIsReadWhole() {
    InvoiceId draft = nineDollars().id();
    var reading = new StoredInvoices(
        before("AS chosen", () -> done(office.invoices.finalise(draft, "accountant"))),
        office.house.contracts, office.house.commitments, office.house.time.clock());
    Invoice read = reading.find(draft).orElseThrow();
    assertThat(read.state()).isEqualTo(State.FINALISED);
    assertThat(read).isEqualTo(office.only(tenant));
  }

  private BigInteger ledger(String kind) {
    return office.house.jdbc.sql("""
        SELECT COALESCE(sum(CASE WHEN t.credit_account = a.id THEN t.amount ELSE -t.amount END), 0)
        FROM billing.account a JOIN billing.transfer t ON a.id IN (t.credit_account, t.debit_account)
        WHERE a.tenant_id = :tenant AND a.kind = :kind
        """).param("tenant", tenant.value()).param("kind", kind).query(BigDecimal.class).single()
        .toBigIntegerExact();
  }

  @Test
  void aDocumentHasTheDateAndTheYearOfItsIssuerAlsoWhereTheZoneIsAnOffset() {
    office.issue(ZoneId.of("UTC+9"), "INV-");
    InvoiceId draft = nineDollars().id();
    office.at("2026-12-31T15:00:00Z");
    Invoice.Issue issue = Objects.requireNonNull(done(office.invoices.finalise(draft, "accountant")).issue());
    assertThat(issue.issuedOn()).isEqualTo(LocalDate.of(2027, 1, 1));
    assertThat(issue.number()).isEqualTo("INV-2027-000001");
  }

  @Test
  void aLineAboutAnEarlierMonthKnowsWhenThatBeganAndEndedForTheTenant() {
    TenantId shanghai = office.onCredit(1_000, ZoneId.of("Asia/Shanghai"));
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    for (YearMonth month : List.of(SEPTEMBER.minusMonths(1), SEPTEMBER, OCTOBER)) {
      office.adjustments.add(shanghai, new Adjustment(Kind.ADJUSTMENT,
          new Money("USD", BigInteger.valueOf(DOLLAR)), month, "about", month.toString()), "test");
    }
    office.at("2026-11-02T00:00:00Z");
    office.close(OCTOBER);
    // The tenant's first period began with its September; of August only the zone is known.
    assertThat(office.latest(shanghai, OCTOBER).lines()).extracting(Invoice.Line::served)
        .containsExactlyInAnyOrder(span("2026-07-31T16:00:00Z", "2026-08-31T16:00:00Z"),
            span("2026-08-31T16:00:00Z", "2026-09-30T16:00:00Z"),
            span("2026-09-30T16:00:00Z", "2026-10-31T16:00:00Z"));
  }

  private static Invoice.Span span(String from, String until) {
    return new Invoice.Span(Instant.parse(from), Instant.parse(until));
  }

  @Test
  void whatNoDocumentCanHoldIsRefusedBeforeItCouldBeBilled() {
    assertThat(refused(office.invoices.credit(finalised().id(), 1, "slow\u000B", "test")).rule())
        .contains("control characters");
    var money = new Money("USD", BigInteger.ONE);
    var adjustment = new Adjustment(Kind.ADJUSTMENT, money, SEPTEMBER, "a\uFFFFb", "r");
    assertThat(office.adjustments.add(tenant, adjustment, "test"))
        .isEqualTo(new Adjustments.Recording.Refused("description", "must be without control characters"));
    var size = new Packs.Size.Tokens(1_000_000);
    var order = new Packs.Order(size, "USD", Packs.Payment.RECORDED, "order\u000B7");
    assertThat(office.house.packs.buy(tenant, order))
        .isEqualTo(new Packs.Purchase.Refused("reference", "must be without control characters"));
  }

  /** Kiritimati is in November when UTC is still in October. */
  @Test
  void anAdjustmentIsOfTheMonthAfterThisOneAtTheLatestWhereTheTenantIs() {
    TenantId farEast = office.onCredit(1_000, ZoneId.of("Pacific/Kiritimati"));
    office.at("2026-10-31T12:00:00Z");
    var refused = new Adjustments.Recording.Refused("serviceMonth",
        "must be 2026-11 at the latest, the month after this one");
    assertThat(office.adjustments.add(tenant, of(OCTOBER.plusMonths(1)), "test"))
        .isEqualTo(new Adjustments.Recording.Recorded());
    assertThat(office.adjustments.add(tenant, of(OCTOBER.plusMonths(2)), "test")).isEqualTo(refused);
    assertThat(office.adjustments.add(farEast, of(OCTOBER.plusMonths(2)), "test"))
        .isEqualTo(new Adjustments.Recording.Recorded());
  }

  private static Adjustment of(YearMonth month) {
    return new Adjustment(Kind.ADJUSTMENT, new Money("USD", BigInteger.valueOf(DOLLAR)), month, "Setup",
        "of " + month);
  }

  @Test
  void finalisingGivesANumberAHashADateAndWhoBillsWhom() {
    Invoice invoice = finalised();
    Invoice.Issue issue = Objects.requireNonNull(invoice.issue());
    assertThat(invoice.state()).isEqualTo(State.FINALISED);
    assertThat(issue.number()).isEqualTo("INV-2026-000001");
    assertThat(issue.issuedOn()).isEqualTo(LocalDate.of(2026, 10, 2));
    assertThat(issue.dueOn()).isEqualTo(LocalDate.of(2026, 10, 16));
    assertThat(issue.seller()).isEqualTo(Office.ISSUER);
    assertThat(issue.buyer()).isEqualTo(Office.CUSTOMER);
    assertThat(issue.contentHash()).hasSize(64).isEqualTo(office.house.jdbc.sql(
        "SELECT encode(sha256(convert_to(billing.invoice_text(i), 'UTF8')), 'hex') FROM billing.invoice i")
        .query(String.class).single());
  }

  @Test
  void finalisingTwiceIsRefused() {
    Invoice invoice = finalised();
    assertThat(refused(office.invoices.finalise(invoice.id(), "accountant")))
        .isEqualTo(new Outcome.Refused("The document INV-2026-000001 is finalised already",
            "Correct it by a credit note, or replace it"));
  }

  @Test
  void aDraftWithoutAProfileStaysADraft() {
    Invoice invoice = nineDollars();
    office.house.jdbc.sql("DELETE FROM billing.profile").update();
    assertThat(refused(office.invoices.finalise(invoice.id(), "accountant")).rule())
        .isEqualTo("The tenant has no billing profile, so there is nobody to address the invoice to");
    assertThat(office.invoices.finalise(SEPTEMBER, "accountant"))
        .isEqualTo(new Finalised(0, List.of(invoice.id())));
  }

  @Test
  void theDatabaseRefusesToChangeAFinalisedDocument() {
    finalised();
    for (String change : new String[]{
        "UPDATE billing.invoice SET net = net + 1, total = total + 1, due = due + 1",
        "UPDATE billing.invoice SET state = 'DRAFT', number = NULL", "DELETE FROM billing.invoice",
        "DELETE FROM billing.invoice_line", "UPDATE billing.invoice_line SET amount = 1",
        "INSERT INTO billing.invoice_line SELECT (jsonb_populate_record(l, '{\"position\": 99}')).* "
            + "FROM billing.invoice_line l LIMIT 1",
        "TRUNCATE billing.invoice CASCADE", "UPDATE billing.party SET name = 'Somebody else'"}) {
      assertThatThrownBy(() -> office.house.jdbc.sql(change).update()).as(change)
          .hasStackTraceContaining("ERROR: ");
    }
  }

  @Test
  void aChangeOfAddressReachesNewDocumentsOnly() {
    Invoice invoice = finalised();
    office.profiles.record(tenant, new dev.tollgate.billing.BillingProfiles.Profile("main", Office.ISSUER,
        TaxRule.outsideScope("Not taxable"), 30));
    assertThat(office.invoices.find(invoice.id()).orElseThrow()).isEqualTo(invoice);
  }

  @Test
  void aCreditNoteTakesOffWhatIsDueAndKeepsTheRestAsCredit() {
    Invoice invoice = finalised();
    Invoice note = done(office.invoices.credit(invoice.id(), 400, "Slow answers", "support"));
    assertThat(Settling.number(note)).isEqualTo("INV-C2026-000001");
    assertThat(note.totals().total()).isEqualTo(400);
    assertThat(office.latest(tenant, SEPTEMBER).totals().open()).isEqualTo(500);
    assertThat(office.house.balance(tenant)).isEqualTo(BigInteger.valueOf(-5 * DOLLAR));
    done(office.invoices.credit(invoice.id(), 500, "All of it", "support"));
    assertThat(office.latest(tenant, SEPTEMBER).state()).isEqualTo(State.PAID);
    assertThat(office.house.balance(tenant)).isZero();
    assertThat(ledger("RECEIVABLE")).isZero();
  }

  @Test
  void aCreditBeyondTheInvoiceIsRefused() {
    Invoice invoice = finalised();
    done(office.invoices.credit(invoice.id(), 400, "Slow answers", "support"));
    assertThat(refused(office.invoices.credit(invoice.id(), 501, "Too much", "support")))
        .isEqualTo(new Outcome.Refused("net", "A credit note over 5.01 USD goes beyond the invoice",
            "Between 0.01 USD and 5.00 USD before tax can be credited", true));
    assertThat(refused(office.invoices.credit(invoice.id(), 1, " ", "support")))
        .isEqualTo(new Outcome.Refused("reason", "A reason has 1 to 300 characters", "Say why", false));
    assertThat(refused(office.invoices.credit(invoice.id(), 0, "Nothing", "support")).rule())
        .contains("goes beyond the invoice");
    assertThat(
        refused(office.invoices.credit(new InvoiceId(UUID.randomUUID()), 1, "Unknown", "support")).rule())
        .startsWith("There is no document");
  }

  @Test
  void creditNotesTogetherTakeBackJustTheTaxThatWasCharged() {
    office.profile(tenant, TaxRule.standard(777));
    Invoice invoice = finalised();
    for (long net : new long[]{333, 333, 234}) {
      done(office.invoices.credit(invoice.id(), net, "Part", "support"));
    }
    assertThat(office.invoices.of(tenant).stream().filter(each -> each.kind() == Invoice.Kind.CREDIT_NOTE)
        .mapToLong(note -> note.totals().total()).sum()).isEqualTo(invoice.totals().total());
    assertThat(ledger("TAX")).isZero();
    assertThat(ledger("RECEIVABLE")).isZero();
  }

  @Test
  void aReplacementBillsTheSameUsageWithWhatWasForgotten() {
    Invoice invoice = finalised();
    office.adjustments.add(tenant,
        new Adjustment(Kind.ADJUSTMENT, new Money("USD", BigInteger.valueOf(-DOLLAR)),
            SEPTEMBER, "Forgotten discount", "forgotten"),
        "support");
    Invoice replacement = done(office.invoices.replace(invoice.id(), "Discount forgotten", "support"));
    assertThat(office.invoices.find(invoice.id()).orElseThrow().state()).isEqualTo(State.VOID);
    assertThat(Objects.requireNonNull(replacement.corrects()).number()).isEqualTo("INV-2026-000001");
    assertThat(replacement.totals().due()).isEqualTo(800);
    Invoice issued = done(office.invoices.finalise(replacement.id(), "accountant"));
    assertThat(Settling.number(issued)).isEqualTo("INV-2026-000002");
    assertThat(office.invoices.recompute(issued.id()).exact()).isTrue();
    assertThat(office.house.balance(tenant)).isEqualTo(BigInteger.valueOf(-8 * DOLLAR));
    assertThat(ledger("INVOICED")).isEqualTo(BigInteger.valueOf(-DOLLAR));
  }

  @Test
  void numbersBeginAnewWithTheYearAndHaveNoGaps() {
    nineDollars();
    office.invoices.finalise(SEPTEMBER, "accountant");
    office.use(tenant, 1_100_000, 0, 0);
    office.at("2027-01-01T00:00:00Z");
    office.close(OCTOBER);
    office.invoices.finalise(OCTOBER, "accountant");
    assertThat(Settling.number(office.latest(tenant, OCTOBER))).isEqualTo("INV-2027-000001");
  }

  @Test
  void whatTheLedgerSaysIsWhatTheDocumentsSay() {
    office.profile(tenant, TaxRule.standard(1_900));
    office.use(tenant, 123_457, 33_331, 7_919);
    finalised();
    BigInteger documents = office.house.jdbc.sql(
        "SELECT sum(total * billing.coin(2)) FROM billing.invoice").query(BigDecimal.class).single()
        .toBigIntegerExact();
    // What usage drew is posted later than it is settled (ADR 0007).
    office.instance.poster.post();
    assertThat(ledger("REVENUE").add(ledger("INVOICED")).add(ledger("TAX")).add(ledger("ROUNDING")))
        .isEqualTo(documents);
  }
}
