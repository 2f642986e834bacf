package dev.tollgate.gateway.management.wire;

import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Keys of rows as text that sorts as the rows are to stand: numbers by size, instants by time, other things by name. */
public final class SortKey {

  /** Sorts before whatever is printed, so that a name stands before those that it begins. */
  private static final String BETWEEN = "\u0001";

  private SortKey() {}

  /**
   * The key of a row.
   *
   * @param parts what sorts first comes first: whole numbers from 0 on, instants, or anything whose text sorts by itself
   */
  public static String of(Object... parts) {
    return Arrays.stream(parts).map(SortKey::text).collect(Collectors.joining(BETWEEN));
  }

  private static String text(Object part) {
    return switch (part) {
      case Integer number -> "%019d".formatted(number);
      case Long number -> "%019d".formatted(number);
      case Instant instant -> "%019d%09d".formatted(instant.getEpochSecond(), instant.getNano());
      default -> part.toString();
    };
  }
}
