package dev.tollgate.exports.tables;

import dev.tollgate.billing.BillingProfiles.TaxKind;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.ExportMonth;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.exports.Amounts;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What both datasets of FOCUS 1.4 say about a line. */
final class FocusRows {

  private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'")
      .withZone(ZoneOffset.UTC);

  private FocusRows() {}

  static String time(Instant instant) {
    return UTC.format(instant);
  }

  /** A credit note takes back. */
  static BigDecimal signed(Invoice invoice, BigDecimal amount) {
    return invoice.kind() == Kind.CREDIT_NOTE ? amount.negate() : amount;
  }

  static BigDecimal billed(Invoice invoice, Line line) {
    return signed(invoice, Amounts.of(invoice, line.amount()));
  }

  static String category(Invoice invoice, Line line) {
    if (invoice.kind() == Kind.CREDIT_NOTE && line.kind() != LineKind.CREDIT) {
      return category(line);
    }
    return invoice.kind() == Kind.CREDIT_NOTE ? "Credit" : category(line);
  }

  private static String category(Line line) {
    return switch (line.kind()) {
      case USAGE, EXPIRED -> "Usage";
      case PACK, SHORTFALL -> "Purchase";
      case WAIVED, SLA_CREDIT, CREDIT -> "Credit";
      case ADJUSTMENT -> "Adjustment";
    };
  }

  /**
   * A row about an earlier month than its billing period, which is the month of the document's export, or of a document that
   * takes back another, is a correction.
   */
  static @Nullable String chargeClass(Invoice invoice, YearMonth about) {
    return invoice.kind() == Kind.CREDIT_NOTE || about.isBefore(exported(invoice).month()) ? "Correction"
        : null;
  }

  static String billingPeriodStart(Invoice invoice) {
    return time(exported(invoice).span().from());
  }

  static String billingPeriodEnd(Invoice invoice) {
    return time(exported(invoice).span().until());
  }

  private static ExportMonth exported(Invoice invoice) {
    return Amounts.issue(invoice).exportedWith();
  }

  /** Whether there is a row for tax, also where it comes to 0. */
  static boolean isTaxed(Invoice invoice) {
    return Objects.requireNonNull(invoice.tax()).kind() == TaxKind.STANDARD;
  }

  static String taxDetailId(Invoice invoice) {
    return Amounts.issue(invoice).number() + "/tax";
  }

  static String detailId(Invoice invoice, Line line) {
    return Amounts.issue(invoice).number() + "/" + line.position();
  }
}
