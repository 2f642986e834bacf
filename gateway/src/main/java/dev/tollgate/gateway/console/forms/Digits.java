package dev.tollgate.gateway.console.forms;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as people type them. What separates thousands must separate all of them, and is one sign throughout: nothing is
 * read by leaving out what is in its way, which would make 125 of 12,5.
 */
final class Digits {

  /** What separates thousands everywhere, and decimals nowhere: apostrophes, spaces and the low line. */
  private static final String SEPARATOR = "['\u2019_ \u00a0\u2009\u202f]";
  private static final Pattern WHOLE = Pattern.compile(grouped("[," + SEPARATOR.substring(1)));
  /** Without commas: in half of the world 0,003 and 1,500 are 3 and 1500 thousandths, and nobody can tell who typed them. */
  private static final Pattern DECIMAL = Pattern
      .compile("[$¥€]? ?(?<number>" + grouped(SEPARATOR) + "(?:\\.\\d{1,12})?) ?[$¥€]?");
  private static final Pattern NO_DIGIT = Pattern.compile("[^0-9.]");
  private static final int MOST_WHOLE = 18;

  private Digits() {}

  private static String grouped(String separator) {
    return "(?:\\d{1,40}|[1-9]\\d{0,2}(?:(?<separator>" + separator
        + ")\\d{3})(?:\\k<separator>\\d{3}){0,12})";
  }

  /** A whole number of at most 18 digits; null if it is none. */
  static @Nullable Long whole(String typed) {
    if (!WHOLE.matcher(typed).matches()) {
      return null;
    }
    String digits = digits(typed);
    return digits.length() > MOST_WHOLE ? null : Long.valueOf(digits);
  }

  /** An amount with a point before its decimals and at most 12 of them, or with its currency's sign; null if it is none. */
  static @Nullable BigDecimal amount(String typed) {
    Matcher amount = DECIMAL.matcher(typed);
    return amount.matches() ? new BigDecimal(digits(amount.group("number"))) : null;
  }

  private static String digits(String number) {
    return NO_DIGIT.matcher(number).replaceAll("");
  }
}
