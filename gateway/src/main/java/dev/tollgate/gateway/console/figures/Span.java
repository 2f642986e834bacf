package dev.tollgate.gateway.console.figures;

import dev.tollgate.billing.UsageDays;
import dev.tollgate.gateway.api.Moments;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/**
 * A span of days that a reader asks for.
 *
 * @param from inclusive
 * @param until exclusive
 */
public record Span(LocalDate from, LocalDate until) {

  private static final int USUAL_DAYS = 30;

  /** As it is asked for, with its last day; what cannot be read or is too long becomes the last thirty days. */
  public static Span asked(String from, String last, LocalDate today) {
    try {
      LocalDate begin = from.isEmpty() ? today.minusDays(USUAL_DAYS - 1L) : Moments.day(from);
      LocalDate end = last.isEmpty() ? today.plusDays(1) : Moments.day(last).plusDays(1);
      long days = ChronoUnit.DAYS.between(begin, end);
      if (days >= 1 && days <= UsageDays.LONGEST) {
        return new Span(begin, end);
      }
    } catch (DateTimeException e) {
      return usual(today);
    }
    return usual(today);
  }

  private static Span usual(LocalDate today) {
    return new Span(today.minusDays(USUAL_DAYS - 1L), today.plusDays(1));
  }

  public LocalDate last() {
    return until.minusDays(1);
  }
}
