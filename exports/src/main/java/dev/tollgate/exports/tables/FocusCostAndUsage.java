package dev.tollgate.exports.tables;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.ChargedTo;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.billing.Invoice.Subject;
import dev.tollgate.exports.Amounts;
import dev.tollgate.exports.Wording;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The dataset Cost and Usage of FOCUS 1.4, one row per line of each document. Costs are exact, before the line was
 * rounded, so that contracted unit price × pricing quantity is the contracted cost; what is billed is rounded.
 *
 * <p>What a pack cost is told where it was bought; its draws cost nothing more and name the pack as their commitment
 * discount. What is used costs its list price by the price book, before time bands and discounts, in {@code ListCost}.
 */
public final class FocusCostAndUsage implements Consumer<Invoice> {

  static final List<String> HEADER = List.of("BilledCost", "BillingAccountId", "BillingAccountName",
      "BillingCurrency",
      "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
      "ChargeFrequency",
      "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountCategory", "CommitmentDiscountId",
      "CommitmentDiscountName", "CommitmentDiscountQuantity", "CommitmentDiscountStatus",
      "CommitmentDiscountType",
      "CommitmentDiscountUnit", "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice",
      "EffectiveCost", "HostProviderName", "InvoiceDetailId", "InvoiceId", "InvoiceIssuerName", "ListCost",
      "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit", "RegionId", "RegionName",
      "ServiceCategory",
      "ServiceName", "ServiceProviderName", "ServiceSubcategory", "SkuId", "SkuMeter", "SkuPriceDetails",
      "SkuPriceId",
      "x_ExactCost", "x_Requests", "x_ServiceMonth");

  private static final String TOKENS = "Tokens";

  private final Csv csv;

  public FocusCostAndUsage(Writer out) {
    this.csv = new Csv(out, HEADER);
  }

  @Override
  public void accept(Invoice invoice) {
    invoice.lines().forEach(line -> row(invoice, line));
  }

  private void row(Invoice invoice, Line line) {
    Issue issue = Amounts.issue(invoice);
    Subject subject = line.subject();
    boolean usage = line.kind() == LineKind.USAGE;
    boolean fromPack = subject != null && subject.fund().equals("PACK");
    boolean priced = usage || line.kind() == LineKind.SHORTFALL;
    BigDecimal cost = FocusRows.signed(invoice, Amounts.ofPico(line.exactPico()));
    Decimal exact = new Decimal(cost);
    BigDecimal quantity = FocusRows.signed(invoice, new BigDecimal(line.quantity()));
    Decimal unitPrice = new Decimal(price(line));
    BigDecimal listPrice = usage && subject != null ? Amounts.ofPico(BigInteger.valueOf(subject.listPrice()))
        : null;
    String seller = issue.seller().name();
    csv.row(new Decimal(FocusRows.billed(invoice, line)), invoice.tenant().toString(), issue.buyer().name(),
        invoice.currency(), FocusRows.time(invoice.until()), FocusRows.time(invoice.from()),
        FocusRows.category(invoice, line), FocusRows.chargeClass(invoice, line), description(invoice, line),
        usage ? "Usage-Based" : line.kind() == LineKind.SHORTFALL ? "Recurring" : "One-Time",
        FocusRows.time(periodEnd(invoice, line)), FocusRows.time(periodStart(invoice, line)),
        fromPack ? "Usage" : null, fromPack ? "pack-" + Objects.requireNonNull(subject).account() : null,
        fromPack ? line.description() : null, fromPack ? new Decimal(packTokens(invoice, line)) : null,
        fromPack ? "Used" : null, fromPack ? "Prepaid pack" : null, fromPack ? "Pack tokens" : null,
        usage ? new Decimal(quantity) : null, usage ? TOKENS : null, exact, priced ? unitPrice : null, exact,
        seller,
        FocusRows.detailId(invoice, line), issue.number(), seller,
        listPrice == null ? exact : new Decimal(listPrice.multiply(quantity)),
        listPrice != null ? new Decimal(listPrice) : priced ? unitPrice : null,
        fromPack ? "Committed" : priced ? "Standard" : null, priced ? new Decimal(quantity) : null,
        priced ? TOKENS : null, subject == null ? null : subject.region(),
        subject == null ? null : subject.region(),
        "AI and Machine Learning", subject == null ? "Tollgate" : subject.model(), seller, "Generative AI",
        sku(subject),
        subject == null ? null : Wording.tokens(subject.tokenClass()), null, FocusRows.skuPrice(line), exact,
        line.requests(), line.serviceMonth().toString());
  }

  private static String description(Invoice invoice, Line line) {
    String detail = Wording.detail(invoice, line);
    return detail.isEmpty() ? Wording.name(line) : Wording.name(line) + " (" + detail + ")";
  }

  private static BigDecimal price(Line line) {
    return line.chargedTo() == ChargedTo.NOTHING ? BigDecimal.ZERO
        : Amounts.ofPico(BigInteger.valueOf(line.unitPrice()));
  }

  private static BigDecimal packTokens(Invoice invoice, Line line) {
    return FocusRows.signed(invoice, new BigDecimal(line.fundAmount(), 3).stripTrailingZeros());
  }

  private static @Nullable String sku(@Nullable Subject subject) {
    return subject == null ? null : subject.model() + "/" + subject.tokenClass();
  }

  /** Of an earlier month only the calendar is known here. */
  private static Instant periodStart(Invoice invoice, Line line) {
    return line.serviceMonth().equals(invoice.month()) ? invoice.from() : start(line.serviceMonth());
  }

  private static Instant periodEnd(Invoice invoice, Line line) {
    return line.serviceMonth().equals(invoice.month()) ? invoice.until()
        : start(line.serviceMonth().plusMonths(1));
  }

  private static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
