package dev.tollgate.exports.tables;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.billing.Invoice.Subject;
import dev.tollgate.exports.Amounts;
import dev.tollgate.exports.Wording;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The dataset Cost and Usage of FOCUS 1.4: one row per line of each document, one for tax where it is charged, and one
 * more for what was not used of a commitment. What is billed under a document's number adds up to its total with tax.
 * {@code ContractedCost} is exact, before the line was rounded, so that contracted unit price × pricing quantity is the
 * contracted cost; what is billed is rounded.
 *
 * <p>What a pack cost is billed where it was bought; its draws name it as their commitment discount, and have their part of
 * its price as effective cost. A commitment of a contract that was not used is a purchase that is billed, and usage that is
 * unused. What is used costs its list price by the price book, before time bands and discounts, in {@code ListCost}.
 */
public final class FocusCostAndUsage implements Consumer<Invoice> {

  static final List<String> HEADER = List.of("BilledCost", "BillingAccountId", "BillingAccountName",
      "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass",
      "ChargeDescription", "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart",
      "CommitmentDiscountCategory", "CommitmentDiscountId", "CommitmentDiscountName",
      "CommitmentDiscountQuantity", "CommitmentDiscountStatus", "CommitmentDiscountType",
      "CommitmentDiscountUnit", "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice",
      "EffectiveCost", "HostProviderName", "InvoiceDetailId", "InvoiceId", "InvoiceIssuerName", "ListCost",
      "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit", "RegionId", "RegionName",
      "ServiceCategory", "ServiceName", "ServiceProviderName", "ServiceSubcategory", "SkuId", "SkuMeter",
      "SkuPriceDetails", "SkuPriceId", "x_ExactCost", "x_PriceId", "x_Requests", "x_ServiceMonth");

  private static final String TOKENS = "Tokens";

  private final Csv csv;

  public FocusCostAndUsage(Writer out) {
    this.csv = new Csv(out, HEADER);
  }

  @Override
  public void accept(Invoice invoice) {
    for (Line line : invoice.lines()) {
      FocusCharge.of(invoice, line).forEach(charge -> row(invoice, line, charge));
    }
    if (FocusRows.isTaxed(invoice)) {
      tax(invoice, FocusTax.of(invoice));
    }
  }

  private void row(Invoice invoice, Line line, FocusCharge charge) {
    var cells = new ArrayList<@Nullable Object>(HEADER.size());
    Issue issue = Amounts.issue(invoice);
    String seller = issue.seller().name();
    Subject subject = line.subject();
    FocusPrice price = FocusPrice.of(invoice, line, charge);
    addBilled(cells, invoice, charge.billed());
    add(cells, charge.category(), FocusRows.chargeClass(invoice, line.serviceMonth()),
        description(invoice, line, charge),
        charge.frequency(), FocusRows.time(line.served().until()),
        FocusRows.time(line.served().from()));
    addAgreed(cells, charge.agreed());
    boolean consumed = charge.isConsumed();
    add(cells, consumed ? decimal(price.quantity()) : null, consumed ? TOKENS : null,
        new Decimal(price.contractedCost()), decimal(price.contracted()), new Decimal(charge.effective()),
        seller,
        charge.invoiced() ? FocusRows.detailId(invoice, line) : null,
        charge.invoiced() ? issue.number() : null,
        seller, new Decimal(price.listCost()), decimal(price.list()));
    add(cells, price.quantity() == null ? null : charge.isCommitted() ? "Committed" : "Standard",
        decimal(price.quantity()), price.unit(), subject == null ? null : subject.region(),
        subject == null ? null : subject.region(), "AI and Machine Learning",
        subject == null ? "Tollgate" : subject.model(), seller, "Generative AI", price.sku(),
        subject == null ? null : Wording.tokens(subject.tokenClass()), null, price.skuPrice());
    add(cells, new Decimal(FocusRows.signed(invoice, Amounts.ofPico(line.exactPico()))),
        subject == null ? null : subject.price(), line.requests(), line.serviceMonth().toString());
    csv.row(cells.toArray());
  }

  /** Prices, quantities and commitments are of what is taxed, not of the tax. */
  private void tax(Invoice invoice, FocusTax tax) {
    var cells = new ArrayList<@Nullable Object>(HEADER.size());
    Issue issue = Amounts.issue(invoice);
    String seller = issue.seller().name();
    addBilled(cells, invoice, tax.billed());
    add(cells, FocusTax.CATEGORY, FocusRows.chargeClass(invoice, invoice.month()),
        FocusTax.DESCRIPTION, "One-Time", FocusRows.time(invoice.until()), FocusRows.time(invoice.from()));
    addAgreed(cells, null);
    add(cells, null, null, new Decimal(tax.contracted()), null, new Decimal(tax.effective()), seller,
        FocusRows.taxDetailId(invoice), issue.number(), seller, new Decimal(tax.list()), null);
    add(cells, null, null, null, null, null, "AI and Machine Learning", "Tollgate", seller, "Generative AI",
        null, null, null, null);
    add(cells, new Decimal(tax.billed()), null, 0, invoice.month().toString());
    csv.row(cells.toArray());
  }

  private static void addBilled(List<@Nullable Object> cells, Invoice invoice, BigDecimal billed) {
    add(cells, new Decimal(billed), invoice.tenant().toString(), Amounts.issue(invoice).buyer().name(),
        invoice.currency(), FocusRows.billingPeriodEnd(invoice), FocusRows.billingPeriodStart(invoice));
  }

  private static void addAgreed(List<@Nullable Object> cells, FocusCharge.@Nullable Agreed agreed) {
    if (agreed == null) {
      add(cells, null, null, null, null, null, null, null);
    } else {
      add(cells, "Usage", agreed.id(), agreed.name(), new Decimal(agreed.quantity()), agreed.status(),
          agreed.type(),
          agreed.unit());
    }
  }

  private static void add(List<@Nullable Object> cells, @Nullable Object... more) {
    Collections.addAll(cells, more);
  }

  private static @Nullable Decimal decimal(@Nullable BigDecimal number) {
    return number == null ? null : new Decimal(number);
  }

  private static String description(Invoice invoice, Line line, FocusCharge charge) {
    String detail = Wording.detail(invoice, line);
    String name = line.kind() == LineKind.SHORTFALL && charge.invoiced() ? "Commitment" : Wording.name(line);
    return detail.isEmpty() ? name : name + " (" + detail + ")";
  }
}
