package dev.tollgate.exports;

import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.ChargedTo;
import dev.tollgate.billing.Invoice.Commitment;
import dev.tollgate.billing.Invoice.Corrected;
import dev.tollgate.billing.Invoice.ExportMonth;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.billing.Invoice.Span;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.Invoice.Subject;
import dev.tollgate.billing.Invoice.Totals;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Party;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Documents as billing hands them over. */
public final class Samples {

  public static final YearMonth OCTOBER = YearMonth.of(2026, 10);
  public static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
  private static final Party SELLER = new Party("Tollgate Operating GmbH", "Hauptstraße 1", "", "10115",
      "Berlin", "DE",
      "DE123456789", "HRB 12345 B", "billing@tollgate.example", "DE02120300000000202051", "BYLADEM1001");
  private static final Party BUYER = new Party("Société Générale d’Exemples S.A.", "12, rue de la Paix",
      "Bâtiment B",
      "75002", "Paris", "FR", "FR12345678901", null, "compta@example.com", null, null);
  private static final Party CHINESE = new Party("北京示例科技有限公司", "海淀区中关村大街1号", "", "100080", "北京", "CN", null,
      "91110108MA01ABCD2X", "finance@example.cn", null, null);
  private static final List<TokenClass> CLASSES = List.of(TokenClass.INPUT, TokenClass.INPUT_CACHED,
      TokenClass.OUTPUT);
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  private static final BigInteger CENT = BigInteger.TEN.pow(10);
  private static final Commitment PACK = new Commitment.Pack(21, "order-7", 30_000_000, 72_000_000_000_000L);

  private Samples() {}

  /** One of each that the tests make. */
  public static List<Invoice> all() {
    return List.of(brief(), priced(), reverseCharge(), negative(), creditNote(), chinese(), replacement(),
        large(), drawn(), waived());
  }

  static Invoice brief() {
    return document("INV-2026-000001", Kind.INVOICE, BUYER, TaxRule.standard(1_900), null, null, lines(
        usage("deepseek-v3", "eu", TokenClass.INPUT, "FREE_ALLOWANCE", 100_000, 1),
        usage("deepseek-v3", "eu", TokenClass.INPUT, "MONEY", 9_000_000, 3_000_000),
        usage("deepseek-v3", "eu", TokenClass.INPUT_CACHED, "MONEY", 1_000_001, 300_000),
        usage("deepseek-v3", "eu", TokenClass.OUTPUT, "MONEY", 10_000_000, 6_000_000)));
  }

  /** What nobody has finalised. */
  public static Invoice draft() {
    Invoice issued = brief();
    return new Invoice(issued.id(), issued.tenant(), issued.kind(), State.DRAFT, issued.month(),
        issued.from(), issued.until(), issued.currency(), issued.minorDigits(), null, null, null,
        issued.tax(), issued.totals(), issued.lines());
  }

  static Invoice priced() {
    return document("INV-2026-000002", Kind.INVOICE, BUYER,
        TaxRule.outsideScope("Services outside the scope of VAT"),
        null, null, lines(usage("deepseek-v3", "eu", TokenClass.OUTPUT, "PACK", 1_000_000, 2_000),
            line(LineKind.PACK, ChargedTo.RECORDED, "order-7", 30_000_000, 2_400_000,
                BigInteger.valueOf(72_000_000_000_000L)),
            expired(8_000_000_500L),
            line(LineKind.SHORTFALL, ChargedTo.INVOICE, null, 20_000_000, 2_100_000,
                BigInteger.valueOf(42_000_000_000_000L))));
  }

  static Invoice reverseCharge() {
    return document("INV-2026-000003", Kind.INVOICE, BUYER, TaxRule.reverseCharge(), null, null,
        lines(usage("deepseek-r1", "us", TokenClass.OUTPUT, "MONEY", 123_457, 6_000_000)));
  }

  /** Between two who have tax ids, but not for value added tax, though they begin with two letters. */
  static Invoice taxedElsewhere(TaxRule tax) {
    Invoice issued = document("INV-2026-000012", Kind.INVOICE,
        registered(BUYER, "ABN51824753556", "ACN 004 085 616"),
        tax, null, null, lines(usage("deepseek-v3", "eu", TokenClass.INPUT, "MONEY", 9_000_000, 3_000_000)));
    Invoice.Issue issue = Amounts.issue(issued);
    return new Invoice(issued.id(), issued.tenant(), issued.kind(), issued.state(), issued.month(),
        issued.from(), issued.until(), issued.currency(), issued.minorDigits(),
        new Invoice.Issue(issue.number(), issue.issuedOn(), issue.dueOn(), issue.finalisedAt(),
            issue.finalisedBy(),
            registered(issue.seller(), "QQ123456789", null), issue.buyer(), issue.contentHash(),
            issue.exportedWith()),
        issued.corrects(), issued.reason(), issued.tax(), issued.totals(), issued.lines());
  }

  private static Party registered(Party party, String taxId, @Nullable String registration) {
    return new Party(party.name(), party.street(), party.street2(), party.postalCode(), party.city(),
        party.country(), taxId, registration, party.email(), party.iban(), party.bic());
  }

  static Invoice negative() {
    return document("INV-2026-000004", Kind.INVOICE, BUYER, TaxRule.standard(2_000), null, null, lines(
        usage("deepseek-v3", "eu", TokenClass.INPUT, "MONEY", 1_000_000, 3_000_000),
        line(LineKind.SLA_CREDIT, ChargedTo.INVOICE, "Availability 99.42 %, 10 % of October", 1, 0,
            CENT.multiply(BigInteger.valueOf(-1_000)))));
  }

  static Invoice creditNote() {
    return document("INV-C2026-000001", Kind.CREDIT_NOTE, BUYER, TaxRule.standard(1_900),
        new Corrected(new InvoiceId(UUID.randomUUID()), "INV-2026-000001", LocalDate.of(2026, 11, 2)),
        "Slow answers",
        lines(line(LineKind.CREDIT, ChargedTo.INVOICE, "Slow answers", 1, 0,
            CENT.multiply(BigInteger.valueOf(1_250)))));
  }

  static Invoice chinese() {
    return document("INV-2026-000005", Kind.INVOICE, CHINESE,
        TaxRule.outsideScope("Export of services, not taxable"),
        null, null, lines(usage("deepseek-v3", "cn", TokenClass.INPUT, "MONEY", 5_000_000, 3_000_000),
            usage("deepseek-v3", "cn", TokenClass.OUTPUT, "MONEY", 2_000_000, 6_000_000),
            line(LineKind.ADJUSTMENT, ChargedTo.INVOICE, "长期客户优惠", 1, 0,
                CENT.multiply(BigInteger.valueOf(-500)))));
  }

  static Invoice replacement() {
    return document("INV-2026-000006", Kind.INVOICE, BUYER, TaxRule.standard(1_900),
        new Corrected(new InvoiceId(UUID.randomUUID()), "INV-2026-000001", LocalDate.of(2026, 11, 2)), null,
        lines(usage("deepseek-v3", "eu", TokenClass.INPUT, "MONEY", 9_000_000, 3_000_000)));
  }

  /** Two hundred lines of fractions of a cent. */
  static Invoice large() {
    var lines = new ArrayList<Line>();
    for (int i = 0; i < 200; i++) {
      lines.add(usage("model-" + i / 6, i % 2 == 0 ? "eu" : "us", CLASSES.get(i % 3), "MONEY",
          123_457L * (i + 1),
          i % 3 == 2 ? 6_000_000 : 3_000_000));
    }
    return document("INV-2026-000007", Kind.INVOICE, BUYER, TaxRule.standard(1_900), null, null,
        lines(lines.toArray(Line[]::new)));
  }

  /** Drawn from a pack of an earlier month; a commitment that was owed and then used by what came late. */
  static Invoice drawn() {
    return document("INV-2026-000008", Kind.INVOICE, BUYER, TaxRule.standard(1_900), null, null,
        lines(usage("deepseek-v3", "eu", TokenClass.INPUT, "MONEY", 1_000_000, 3_000_000),
            of(new Commitment.Pack(22, "order-8", 30_000_000, 72_000_000_000_000L), OCTOBER,
                usage("deepseek-v3", "eu", TokenClass.OUTPUT, "PACK", 1_000_000, 2_000)),
            of(new Commitment.Unused(8), OCTOBER.minusMonths(1),
                line(LineKind.SHORTFALL, ChargedTo.INVOICE, null, -10_000_000, 2_100_000,
                    BigInteger.valueOf(-21_000_000_000_000L)))));
  }

  /** Exempt from tax, in another currency, and with usage that the funds did not cover. */
  static Invoice waived() {
    return in("CNY", document("INV-2026-000009", Kind.INVOICE, CHINESE,
        new TaxRule(TaxKind.EXEMPT, 0, "Exempt under an agreement"), null, null,
        lines(usage("deepseek-v3", "cn", TokenClass.OUTPUT, "MONEY", 1_500_000, 6_000_000),
            line(LineKind.WAIVED, ChargedTo.BALANCE, null, 1, 0, BigInteger.valueOf(-3_000_000_000_000L)))));
  }

  /** With characters that no document can hold, as they could be recorded once. */
  static Invoice garbled() {
    var buyer = new Party("Exa\uFFFFmple", "1 High\u000BStreet", "", "75002", "Paris", "FR", null, null,
        "a\u0001@example.com", null, null);
    return document("INV-2026-000010", Kind.INVOICE, buyer, TaxRule.outsideScope("Not\u000Btaxed"), null,
        null,
        lines(line(LineKind.PACK, ChargedTo.RECORDED, "order\u000B7", 30_000_000, 2_400_000,
            BigInteger.valueOf(72_000_000_000_000L))));
  }

  /** To somebody in Vietnam whose name is in part of letters that no font has, as it could be recorded once. */
  static Invoice unprintable() {
    var buyer = new Party("Nguyễn Văn Bảo \uAC00\u05D0 Ltd", "1", "", "100000", "Hà Nội", "VN", null, null,
        "a@example.com", null, null);
    return document("INV-2026-000011", Kind.INVOICE, buyer, TaxRule.outsideScope("Not taxed"), null, null,
        lines(usage("deepseek-v3", "eu", TokenClass.INPUT, "MONEY", 1_000_000, 3_000_000)));
  }

  private static Line of(Commitment commitment, YearMonth month, Line line) {
    return new Line(line.position(), line.kind(), month, served(month), line.chargedTo(), line.subject(),
        line.description(),
        line.requests(), line.quantity(), line.unitPrice(), line.fundAmount(), line.exactPico(),
        line.amount(), commitment);
  }

  /** The tenant's books are in UTC since October; before they were in Shanghai's time. */
  private static Span served(YearMonth month) {
    if (month.isBefore(OCTOBER)) {
      return new Span(month.atDay(1).atStartOfDay(SHANGHAI).toInstant(),
          month.plusMonths(1).atDay(1).atStartOfDay(SHANGHAI).toInstant());
    }
    return new Span(month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
        month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  private static ExportMonth exportedWith(YearMonth month) {
    return new ExportMonth(month, served(month));
  }

  private static Invoice in(String currency, Invoice document) {
    return new Invoice(document.id(), document.tenant(), document.kind(), document.state(), document.month(),
        document.from(), document.until(), currency, document.minorDigits(), document.issue(),
        document.corrects(), document.reason(), document.tax(), document.totals(), document.lines());
  }

  private static Line usage(String model, String region, TokenClass tokenClass, String fund, long tokens,
      long price) {
    boolean money = fund.equals("MONEY");
    BigInteger amount = BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(price));
    return new Line(1, LineKind.USAGE, OCTOBER, served(OCTOBER),
        money ? ChargedTo.BALANCE : ChargedTo.NOTHING,
        new Subject(7, model, region, tokenClass, fund, 21, 3, 3_000_000),
        fund.equals("PACK") ? "order-7" : null, 12,
        BigInteger.valueOf(tokens), price, amount, money ? amount : BigInteger.ZERO, 0,
        fund.equals("PACK") ? PACK : null);
  }

  private static Line line(LineKind kind, ChargedTo chargedTo, @Nullable String description, long quantity,
      long price,
      BigInteger pico) {
    return new Line(1, kind, OCTOBER, served(OCTOBER), chargedTo, null, description, 0,
        BigInteger.valueOf(quantity), price,
        pico, pico, 0, commitment(kind));
  }

  private static Line expired(long millitokens) {
    return new Line(1, LineKind.EXPIRED, OCTOBER, served(OCTOBER), ChargedTo.NOTHING, null, "order-7", 0,
        BigInteger.ONE, 0,
        BigInteger.valueOf(millitokens), BigInteger.ZERO, 0, PACK);
  }

  private static @Nullable Commitment commitment(LineKind kind) {
    return switch (kind) {
      case PACK -> PACK;
      case SHORTFALL -> new Commitment.Unused(7);
      default -> null;
    };
  }

  private static List<Line> lines(Line... drafts) {
    var lines = new ArrayList<Line>();
    for (Line draft : drafts) {
      lines.add(
          new Line(lines.size() + 1, draft.kind(), draft.serviceMonth(), draft.served(), draft.chargedTo(),
              draft.subject(),
              draft.description(), draft.requests(), draft.quantity(), draft.unitPrice(), draft.fundAmount(),
              draft.exactPico(), cents(draft.exactPico()), draft.commitment()));
    }
    return lines;
  }

  private static long cents(BigInteger pico) {
    return new BigDecimal(pico, 12).setScale(2, RoundingMode.HALF_EVEN).unscaledValue().longValueExact();
  }

  private static Invoice document(String number, Kind kind, Party buyer, TaxRule tax,
      @Nullable Corrected corrects,
      @Nullable String reason, List<Line> lines) {
    BigInteger exact = lines.stream().map(Line::exactPico).reduce(BigInteger.ZERO, BigInteger::add);
    long net = lines.stream().mapToLong(Line::amount).sum();
    long taxed = BigDecimal.valueOf(net * tax.basisPoints())
        .divide(BigDecimal.valueOf(10_000), 0, RoundingMode.HALF_EVEN)
        .longValueExact();
    long total = net + taxed;
    long due = kind == Kind.CREDIT_NOTE ? 0 : Math.max(0, total - 100);
    long carried = kind == Kind.CREDIT_NOTE ? 0 : Math.max(0, -total);
    var issue = new Issue(number, LocalDate.of(2026, 11, 2), LocalDate.of(2026, 11, 16),
        Instant.parse("2026-11-02T08:00:00Z"), "accountant", SELLER, buyer, "5f".repeat(32),
        exportedWith(corrects == null ? OCTOBER : NOVEMBER));
    return new Invoice(
        new InvoiceId(UUID.nameUUIDFromBytes(number.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
        new TenantId(UUID.fromString("019a0000-0000-7000-8000-000000000001")), kind,
        kind == Kind.CREDIT_NOTE ? State.PAID : State.FINALISED, OCTOBER,
        Instant.parse("2026-10-01T00:00:00Z"),
        Instant.parse("2026-11-01T00:00:00Z"), "EUR", 2, issue, corrects, reason, tax,
        new Totals(exact, net, taxed, total, total - due + carried, 0, carried, due, due), lines);
  }
}
