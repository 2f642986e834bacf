package dev.tollgate.gateway.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Instants as requests give them, within bounds that sums, zones and the database can all hold: Java reads years that
 * PostgreSQL does not.
 */
public final class Moments {

  /** What {@link #read} takes, as the rest of a sentence. */
  public static final String RULE = "must be a date such as 2026-11-01 or an instant such as 2026-11-01T00:00:00Z";
  public static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
  /** The first one that is out of bounds. */
  public static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

  private Moments() {}

  public static boolean isWithinBounds(Instant instant) {
    return !instant.isBefore(EARLIEST) && instant.isBefore(LATEST);
  }

  /** A date of the same bounds; throws {@link DateTimeException} where it is none. */
  public static LocalDate day(String text) {
    LocalDate day = LocalDate.parse(text);
    if (!isWithinBounds(day.atStartOfDay(ZoneOffset.UTC).toInstant())) {
      throw new DateTimeException(day + " lies before " + EARLIEST + ", or behind what can be stored");
    }
    return day;
  }

  /** A whole instant, or a date for its beginning in UTC; empty if it is neither, or out of bounds. */
  public static Optional<Instant> read(String text) {
    try {
      Instant instant = text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text);
      return Optional.of(instant).filter(Moments::isWithinBounds);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
