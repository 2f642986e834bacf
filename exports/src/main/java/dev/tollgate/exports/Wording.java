package dev.tollgate.exports;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Line;
import dev.tollgate.billing.Invoice.Subject;
import dev.tollgate.billing.TokenClass;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.Objects;

/** What lines are called. */
public final class Wording {

  private static final int MILLITOKEN_DIGITS = 3;
  private static final DecimalFormatSymbols ENGLISH = DecimalFormatSymbols.getInstance(Locale.ENGLISH);

  private Wording() {}

  /** A line in a few words. */
  public static String name(Line line) {
    return switch (line.kind()) {
      case USAGE -> usage(Objects.requireNonNull(line.subject()));
      case PACK -> "Prepaid pack";
      case EXPIRED -> "Expired pack";
      case SHORTFALL -> "Commitment not used";
      case WAIVED -> "Usage not charged";
      case SLA_CREDIT -> "Service credit";
      case ADJUSTMENT -> "Adjustment";
      case CREDIT -> "Credit";
    };
  }

  private static String usage(Subject subject) {
    return subject.model() + ", " + tokens(subject.tokenClass());
  }

  public static String tokens(TokenClass tokenClass) {
    return switch (tokenClass) {
      case INPUT -> "input tokens";
      case INPUT_CACHED -> "cached input tokens";
      case OUTPUT -> "output tokens";
    };
  }

  /** What else there is to say about a line; empty if nothing. */
  public static String detail(Invoice invoice, Line line) {
    String late = line.serviceMonth().equals(invoice.month()) ? "" : "used in " + line.serviceMonth();
    Subject subject = line.subject();
    String described = Objects.requireNonNullElse(line.description(), "");
    String about = switch (line.kind()) {
      case USAGE -> join("region " + Objects.requireNonNull(subject).region(), fund(subject, described));
      case PACK -> join("order " + described, count(line.quantity()) + " pack tokens");
      case EXPIRED -> join("order " + described,
          count(new BigDecimal(line.fundAmount(), MILLITOKEN_DIGITS)) + " pack tokens not used");
      case SHORTFALL -> count(line.quantity()) + " tokens at the contract's input rate";
      case WAIVED -> "not covered by funds";
      case SLA_CREDIT, ADJUSTMENT, CREDIT -> described;
    };
    return join(about, late);
  }

  private static String count(Number number) {
    return new DecimalFormat("#,##0.###", ENGLISH).format(number);
  }

  private static String fund(Subject subject, String pack) {
    return switch (subject.fund()) {
      case "FREE_ALLOWANCE" -> "free allowance";
      case "PACK" -> "from pack " + pack;
      default -> "";
    };
  }

  private static String join(String first, String second) {
    return first.isEmpty() || second.isEmpty() ? first + second : first + ", " + second;
  }
}
