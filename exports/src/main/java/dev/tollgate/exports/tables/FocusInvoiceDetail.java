package dev.tollgate.exports.tables;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.exports.Amounts;
import dev.tollgate.exports.Wording;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The dataset Invoice Detail of FOCUS 1.4: one row per line of each document, also where its amount is 0, and one for
 * tax where it is charged. Rows meet those of Cost and Usage by their invoice detail id.
 */
public final class FocusInvoiceDetail implements Consumer<Invoice> {

  static final List<String> HEADER = List.of("BilledCost", "BillingAccountId", "BillingCurrency",
      "BillingPeriodEnd",
      "BillingPeriodStart", "ChargeCategory", "InvoiceDetailCreated", "InvoiceDetailDescription",
      "InvoiceDetailGrain",
      "InvoiceDetailId", "InvoiceDetailLastUpdated", "InvoiceId", "InvoiceIssueDate", "InvoiceIssueStatus",
      "InvoiceIssuerName", "PaymentCurrency", "PaymentDueDate", "PaymentTerms", "ReferenceInvoiceId");

  private final Csv csv;

  public FocusInvoiceDetail(Writer out) {
    this.csv = new Csv(out, HEADER);
  }

  @Override
  public void accept(Invoice invoice) {
    for (Line line : invoice.lines()) {
      row(invoice, FocusRows.billed(invoice, line), FocusRows.category(invoice, line), Wording.name(line),
          "{\"Position\":" + line.position() + "}", FocusRows.detailId(invoice, line));
    }
    if (FocusRows.isTaxed(invoice)) {
      row(invoice, FocusRows.signed(invoice, Amounts.of(invoice, invoice.totals().tax())), FocusTax.CATEGORY,
          FocusTax.DESCRIPTION, null, FocusRows.taxDetailId(invoice));
    }
  }

  private void row(Invoice invoice, BigDecimal billed, String category, String description,
      @Nullable String grain,
      String id) {
    Issue issue = Amounts.issue(invoice);
    String created = FocusRows.time(issue.finalisedAt());
    Invoice.Corrected corrected = invoice.corrects();
    csv.row(new Decimal(billed), invoice.tenant().toString(), invoice.currency(),
        FocusRows.billingPeriodEnd(invoice),
        FocusRows.billingPeriodStart(invoice), category, created, description, grain, id, created,
        issue.number(),
        time(issue.issuedOn()), "Issued", issue.seller().name(), invoice.currency(), time(issue.dueOn()),
        "Net " + ChronoUnit.DAYS.between(issue.issuedOn(), issue.dueOn()),
        corrected == null ? issue.number() : corrected.number());
  }

  private static String time(LocalDate date) {
    return FocusRows.time(date.atStartOfDay(ZoneOffset.UTC).toInstant());
  }
}
