package dev.tollgate.exports.tables;

import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Party;
import dev.tollgate.exports.Amounts;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A document as JSON. Amounts are strings, since not every reader keeps the decimals of a number. */
public final class InvoiceJson {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private InvoiceJson() {}

  /** One object on one line, without its end. */
  public static String of(Invoice invoice) {
    return MAPPER.writeValueAsString(document(invoice));
  }

  private static Map<String, @Nullable Object> document(Invoice invoice) {
    Invoice.Issue issue = Amounts.issue(invoice);
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("id", invoice.id().toString());
    json.put("number", issue.number());
    json.put("kind", invoice.kind().name());
    json.put("state", invoice.state().name());
    json.put("tenant", invoice.tenant().toString());
    json.put("month", invoice.month().toString());
    json.put("from", invoice.from().toString());
    json.put("until", invoice.until().toString());
    json.put("exported_with", issue.exportedWith().month().toString());
    json.put("issued_on", issue.issuedOn().toString());
    json.put("due_on", issue.dueOn().toString());
    json.put("corrects", invoice.corrects() == null ? null : invoice.corrects().number());
    json.put("reason", invoice.reason());
    json.put("seller", party(issue.seller()));
    json.put("buyer", party(issue.buyer()));
    json.put("currency", invoice.currency());
    json.put("tax", invoice.tax() == null ? null : tax(invoice.tax()));
    json.put("totals", totals(invoice));
    json.put("lines", invoice.lines().stream().map(line -> line(invoice, line)).toList());
    json.put("content_sha256", issue.contentHash());
    return json;
  }

  private static Map<String, @Nullable Object> party(Party party) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("name", party.name());
    json.put("street", party.street());
    json.put("street_2", party.street2());
    json.put("postal_code", party.postalCode());
    json.put("city", party.city());
    json.put("country", party.country());
    json.put("tax_id", party.taxId());
    json.put("email", party.email());
    return json;
  }

  private static Map<String, @Nullable Object> tax(TaxRule tax) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("kind", tax.kind().name());
    json.put("percent", BigDecimal.valueOf(tax.basisPoints(), 2).toPlainString());
    json.put("note", tax.note());
    return json;
  }

  private static Map<String, String> totals(Invoice invoice) {
    Invoice.Totals totals = invoice.totals();
    var json = new LinkedHashMap<String, String>();
    json.put("exact", Amounts.ofPico(totals.exactPico()).toPlainString());
    json.put("net", amount(invoice, totals.net()));
    json.put("tax", amount(invoice, totals.tax()));
    json.put("total", amount(invoice, totals.total()));
    json.put("prepaid", amount(invoice, totals.prepaid()));
    json.put("credit_applied", amount(invoice, totals.creditApplied()));
    json.put("credit_carried", amount(invoice, totals.creditCarried()));
    json.put("due", amount(invoice, totals.due()));
    json.put("open", amount(invoice, totals.open()));
    return json;
  }

  private static Map<String, @Nullable Object> line(Invoice invoice, Line line) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("position", line.position());
    json.put("kind", line.kind().name());
    json.put("service_month", line.serviceMonth().toString());
    json.put("charged_to", line.chargedTo().name());
    Invoice.Subject subject = line.subject();
    if (subject != null) {
      json.put("model", subject.model());
      json.put("region", subject.region());
      json.put("token_class", subject.tokenClass().name());
      json.put("fund", subject.fund());
      json.put("contract", subject.contract());
      json.put("price", subject.price());
    }
    json.put("description", line.description());
    json.put("requests", line.requests());
    json.put("quantity", line.quantity().toString());
    BigDecimal price = Amounts.unitPrice(line);
    json.put("unit_price", price == null ? null : price.toPlainString());
    json.put("exact", Amounts.ofPico(line.exactPico()).toPlainString());
    json.put("amount", amount(invoice, line.amount()));
    return json;
  }

  private static String amount(Invoice invoice, long coins) {
    return Amounts.of(invoice, coins).toPlainString();
  }
}
