package dev.tollgate.exports.tables;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.Subject;
import dev.tollgate.exports.Amounts;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One row per line of each document. What a credit note takes back is negative. A row has a unit price where that times its
 * quantity is its exact amount.
 */
public final class LinesCsv implements Consumer<Invoice> {

  private static final List<String> HEADER = List.of("number", "kind", "state", "corrects", "issued_on",
      "due_on", "month",
      "tenant", "customer", "currency", "position", "line_kind", "service_month", "charged_to", "model",
      "region",
      "token_class", "fund", "contract", "price", "description", "requests", "quantity", "unit_price",
      "exact_amount",
      "amount", "tax_percent", "document_net", "document_tax", "document_total", "document_due",
      "document_open");

  private final Csv csv;

  public LinesCsv(Writer out) {
    this.csv = new Csv(out, HEADER);
  }

  @Override
  public void accept(Invoice invoice) {
    invoice.lines().forEach(line -> row(invoice, line));
  }

  private void row(Invoice invoice, Line line) {
    Issue issue = Amounts.issue(invoice);
    Subject subject = line.subject();
    Invoice.Totals totals = invoice.totals();
    BigDecimal sign = invoice.kind() == Kind.CREDIT_NOTE ? BigDecimal.ONE.negate() : BigDecimal.ONE;
    csv.row(issue.number(), invoice.kind(), invoice.state(), corrected(invoice), issue.issuedOn(),
        issue.dueOn(),
        invoice.month(), invoice.tenant(), issue.buyer().name(), invoice.currency(), line.position(),
        line.kind(),
        line.serviceMonth(), line.chargedTo(), subject == null ? null : subject.model(),
        subject == null ? null : subject.region(), subject == null ? null : subject.tokenClass(),
        subject == null ? null : subject.fund(), subject == null ? null : subject.contract(),
        subject == null ? null : subject.price(), line.description(), line.requests(),
        plain(new BigDecimal(line.quantity()).multiply(sign)), unitPrice(line),
        plain(Amounts.ofPico(line.exactPico()).multiply(sign)),
        plain(Amounts.of(invoice, line.amount()).multiply(sign)),
        percent(invoice), plain(Amounts.of(invoice, totals.net()).multiply(sign)),
        plain(Amounts.of(invoice, totals.tax()).multiply(sign)),
        plain(Amounts.of(invoice, totals.total()).multiply(sign)), plain(Amounts.of(invoice, totals.due())),
        plain(Amounts.of(invoice, invoice.kind() == Kind.CREDIT_NOTE ? 0 : totals.open())));
  }

  private static @Nullable Decimal unitPrice(Line line) {
    BigDecimal price = Amounts.unitPrice(line);
    return price == null ? null : plain(price);
  }

  private static @Nullable String corrected(Invoice invoice) {
    Invoice.Corrected corrected = invoice.corrects();
    return corrected == null ? null : corrected.number();
  }

  private static @Nullable BigDecimal percent(Invoice invoice) {
    return invoice.tax() == null ? null : BigDecimal.valueOf(invoice.tax().basisPoints(), 2);
  }

  private static Decimal plain(BigDecimal amount) {
    return new Decimal(amount);
  }
}
