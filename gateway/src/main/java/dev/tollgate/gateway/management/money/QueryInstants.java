package dev.tollgate.gateway.management.money;

import dev.tollgate.gateway.management.problems.Rejection;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** Instants in addresses: whole, or a date for its beginning in UTC. */
final class QueryInstants {

  private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

  private QueryInstants() {}

  static Instant read(String parameter, String text) {
    try {
      Instant instant = text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text);
      if (!instant.isBefore(EARLIEST) && instant.isBefore(LATEST)) {
        return instant;
      }
    } catch (DateTimeParseException e) {
      // Answered below, like an instant out of bounds.
    }
    throw Rejection.invalid(parameter,
        "must be a date such as 2026-11-01 or an instant such as 2026-11-01T00:00:00Z");
  }
}
