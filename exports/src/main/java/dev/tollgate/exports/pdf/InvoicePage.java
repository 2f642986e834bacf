package dev.tollgate.exports.pdf;

import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Corrected;
import dev.tollgate.billing.Invoice.Issue;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.Party;
import dev.tollgate.exports.Amounts;
import dev.tollgate.exports.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A document as a page of XHTML: who, what in short, what is due, and the lines behind it. */
final class InvoicePage {

  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
  private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);
  /** More of them would push what is due off the first page. */
  private static final int MOST_MODELS = 8;
  private static final String STYLE = style();

  private final Invoice invoice;
  private final Issue issue;

  private final Logo logo;

  private InvoicePage(Invoice invoice, Logo logo) {
    this.invoice = invoice;
    this.logo = logo;
    this.issue = Amounts.issue(invoice);
  }

  static String of(Invoice invoice, Logo logo) {
    return new InvoicePage(invoice, logo).html();
  }

  private String html() {
    return """
        <html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>%s</title>
        <meta name="author" content="%s"/><style>%s</style></head><body>
        """.formatted(Html.text(title() + " " + issue.number()), Html.text(issue.seller().name()), STYLE)
        // No font has a glyph for the end of a line: all of them would be searched for it.
        + (footer() + head() + facts() + summary() + notes() + payment() + details()).replace('\n', ' ')
        + "</body></html>";
  }

  private String title() {
    String title = invoice.kind() == Kind.CREDIT_NOTE ? "Credit note" : "Invoice";
    return isDraft() ? "Draft of an " + title.toLowerCase(Locale.ENGLISH) : title;
  }

  private boolean isDraft() {
    return invoice.state() == State.DRAFT;
  }

  private String footer() {
    Party seller = issue.seller();
    return "<div class='foot'>" + Html.text(String.join(" · ", seller.name(), seller.street(),
        (seller.postalCode() + " " + seller.city()).strip(), seller.country()))
        + registration(seller) + "<br/>"
        + (isDraft() ? "Not an invoice: it may still change"
            : Html.text(title() + " " + issue.number()) + " · SHA-256 " + issue.contentHash())
        + "</div>";
  }

  private static String registration(Party seller) {
    String register = seller.registration() == null ? "" : " · " + Html.text(seller.registration());
    return register + (seller.taxId() == null ? "" : " · VAT " + Html.text(seller.taxId()));
  }

  private String head() {
    return """
        <table class='head'><tr>%s<td class='company'>%s</td><td class='from'>%s</td></tr></table>
        <table class='who'><tr><td class='buyer'><div class='label'>%s</div>%s</td><td class='title'><h1>%s</h1>
        <div class='number'>%s</div></td></tr></table>
        """
        .formatted(logo.html(), Html.text(issue.seller().name()),
            address(issue.seller(), false) + Html.line(issue.seller().email()),
            invoice.kind() == Kind.CREDIT_NOTE ? "Credited to" : "Billed to", address(issue.buyer(), true),
            title(),
            Html.text(issue.number()));
  }

  /** The seller's name stands beside it, and its registration at the foot of every page. */
  private static String address(Party party, boolean named) {
    return (named ? "<b>" + Html.text(party.name()) + "</b><br/>" : "") + Html.line(party.street())
        + Html.line(party.street2()) + Html.line((party.postalCode() + " " + party.city()).strip())
        + Html.line(Locale.of("", party.country()).getDisplayCountry(Locale.ENGLISH))
        + (party.taxId() == null ? "" : Html.line("VAT " + party.taxId()))
        + (party.registration() == null || !named ? "" : Html.line("Reg. " + party.registration()));
  }

  private String facts() {
    var facts = new LinkedHashMap<String, String>();
    facts.put("Date", date(issue.issuedOn()));
    facts.put("Period", MONTH.format(invoice.month()));
    if (invoice.kind() == Kind.INVOICE) {
      facts.put("Due", date(issue.dueOn()));
    }
    Corrected corrected = invoice.corrects();
    if (corrected != null) {
      facts.put(invoice.kind() == Kind.CREDIT_NOTE ? "Credits" : "Replaces",
          corrected.number() + " of " + date(corrected.issuedOn()));
    }
    var html = new StringBuilder("<table class='facts'><tr>");
    facts.forEach((name, value) -> html.append("<td><div class='label'>").append(name).append("</div>")
        .append(Html.text(value)).append("</td>"));
    return html.append("</tr></table>").toString();
  }

  private String summary() {
    var html = new StringBuilder("<table class='summary'><thead><tr><th>Summary</th><th class='n'>")
        .append(invoice.currency()).append("</th></tr></thead><tbody>");
    groups().forEach((name, coins) -> row(html, "", name, coins));
    Invoice.Totals totals = invoice.totals();
    row(html, "sum", "Net amount", totals.net());
    row(html, "", taxName(), totals.tax());
    row(html, "total", "Total", totals.total());
    if (invoice.kind() == Kind.INVOICE) {
      optional(html, "Paid before, from balance or by other means", -totals.prepaid());
      optional(html, "Credit of earlier documents", -totals.creditApplied());
      optional(html, "Credit carried to the next invoice", totals.creditCarried());
      row(html, "due", "Amount due", totals.due());
    }
    return html.append("</tbody></table>").toString();
  }

  private Map<String, Long> groups() {
    var groups = new LinkedHashMap<String, Long>();
    long models = invoice.lines().stream().filter(line -> line.kind() == LineKind.USAGE)
        .map(InvoicePage::model)
        .distinct().count();
    String many = models > MOST_MODELS ? "Usage of " + models + " models" : null;
    for (Line line : invoice.lines()) {
      String usage = many == null ? model(line) : many;
      groups.merge(line.kind() == LineKind.USAGE ? usage : Wording.name(line), line.amount(), Math::addExact);
    }
    return groups;
  }

  private static String model(Line line) {
    return line.subject() == null ? "" : line.subject().model();
  }

  private String taxName() {
    TaxRule tax = Objects.requireNonNull(invoice.tax());
    return tax.kind() == TaxKind.STANDARD
        ? "VAT " + BigDecimal.valueOf(tax.basisPoints(), 2).stripTrailingZeros().toPlainString() + " %"
        : "VAT";
  }

  private void optional(StringBuilder html, String name, long coins) {
    if (coins != 0) {
      row(html, "", name, coins);
    }
  }

  private void row(StringBuilder html, String kind, String name, long coins) {
    html.append("<tr class='").append(kind).append("'><td>").append(Html.text(name))
        .append("</td><td class='n'>")
        .append(Numbers.money(Amounts.of(invoice, coins))).append("</td></tr>");
  }

  private String notes() {
    String note = Objects.requireNonNull(invoice.tax()).note();
    String reason = invoice.reason();
    return (note == null ? "" : "<p class='note'>" + Html.text(note) + ".</p>")
        + (reason == null ? "" : "<p class='note'>Reason: " + Html.text(reason) + ".</p>");
  }

  private String payment() {
    if (isDraft()) {
      return "<p class='pay'>This is a draft. Nothing is to be paid by it.</p>";
    }
    if (invoice.kind() == Kind.CREDIT_NOTE) {
      return "<p class='pay'>This amount is taken off what is due, or kept to your credit.</p>";
    }
    if (invoice.totals().due() == 0) {
      return "<p class='pay'>Nothing is to be paid.</p>";
    }
    String iban = issue.seller().iban();
    String account = iban == null ? ""
        : " to <b>" + Html.text(iban.replaceAll("(.{4})(?=.)", "$1 ")) + "</b>"
            + (issue.seller().bic() == null ? "" : " (BIC " + Html.text(issue.seller().bic()) + ")");
    return "<p class='pay'>Please pay <b>" + Numbers.money(Amounts.of(invoice, invoice.totals().due())) + " "
        + invoice.currency() + "</b> by <b>" + date(issue.dueOn()) + "</b>" + account + ", reference <b>"
        + Html.text(issue.number()) + "</b>.</p>";
  }

  private String details() {
    var html = new StringBuilder(
        """
            <h2>Details</h2><table class='lines'><thead><tr><th class='n'>#</th><th>Item</th><th class='n'>Quantity</th>
            <th class='n'>Price per 1M</th><th class='n'>Amount</th></tr></thead><tbody>
            """);
    for (Line line : invoice.lines()) {
      boolean priced = line.fundAmount().equals(line.exactPico()) && line.unitPrice() > 0;
      html.append("<tr><td class='n'>").append(line.position()).append("</td><td>")
          .append(Html.text(Wording.name(line)))
          .append("<div class='small'>").append(Html.text(Wording.detail(invoice, line)))
          .append("</div></td><td class='n'>")
          .append(line.unitPrice() == 0 ? "" : Numbers.whole(line.quantity())).append("</td><td class='n'>")
          .append(priced ? Numbers.price(Amounts.perMillion(line.unitPrice())) : "")
          .append("</td><td class='n'>")
          .append(Numbers.money(Amounts.of(invoice, line.amount()))).append("</td></tr>");
    }
    return html
        .append(
            "</tbody></table><p class='small'>Each line is rounded once; lines add up to the net amount.</p>")
        .toString();
  }

  private static String date(LocalDate date) {
    return DATE.format(date);
  }

  private static String style() {
    try (InputStream in = Objects.requireNonNull(InvoicePage.class.getResourceAsStream("invoice.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("FAMILIES", Fonts.FAMILIES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
