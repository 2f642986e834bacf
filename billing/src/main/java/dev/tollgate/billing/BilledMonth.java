package dev.tollgate.billing;

import java.time.DateTimeException;
import java.time.YearMonth;

/** Reads months that something can be billed in: 1970-01 to 9998-12, the bounds of dates everywhere. */
public final class BilledMonth {

  /** What is told whoever asks for another one. */
  public static final String RULE = "must lie between 1970-01 and 9998-12";

  private static final YearMonth FIRST = YearMonth.of(1970, 1);
  private static final YearMonth LAST = YearMonth.of(9998, 12);

  private BilledMonth() {}

  /**
   * A month as ISO 8601 writes it, such as 2026-11.
   *
   * @throws DateTimeException if it is none, or out of bounds; years of more than four digits, which ISO 8601 knows too, do
   *     not fit the database
   */
  public static YearMonth parse(String text) {
    YearMonth month = YearMonth.parse(text);
    if (isOutside(month)) {
      throw new DateTimeException("The month " + RULE);
    }
    return month;
  }

  public static boolean isOutside(YearMonth month) {
    return month.isBefore(FIRST) || month.isAfter(LAST);
  }
}
