package dev.tollgate.billing.catalog;

import java.util.List;

/** The time bands of one model in one region and currency. */
final class TimeBands {

  private static final long DAY_MILLIS = 86_400_000;
  private static final long MINUTE_MILLIS = 60_000;
  /** 1970 began on a Thursday. */
  private static final long FIRST_WEEKDAY = 3;

  private final List<BandRow> bands;

  TimeBands(List<BandRow> bands) {
    this.bands = List.copyOf(bands);
  }

  boolean isEmpty() {
    return bands.isEmpty();
  }

  /** The discount in basis points that applies at an instant, 0 outside all bands. */
  int discountAt(long millis) {
    int weekday = (int) Math.floorMod(Math.floorDiv(millis, DAY_MILLIS) + FIRST_WEEKDAY, 7L) + 1;
    int minute = (int) (Math.floorMod(millis, DAY_MILLIS) / MINUTE_MILLIS);
    BandRow best = null;
    for (BandRow band : bands) {
      if (band.holdsAt(millis, weekday, minute)
          && (best == null || band.specificity() > best.specificity())) {
        best = band;
      }
    }
    return best == null ? 0 : best.discountBasisPoints();
  }

  /** An instant after the given one before which the discount stays as it is; at midnight at the latest. */
  long nextChange(long millis) {
    long midnight = Math.floorDiv(millis, DAY_MILLIS) * DAY_MILLIS;
    long next = midnight + DAY_MILLIS;
    for (BandRow band : bands) {
      next = sooner(next, midnight + band.fromMinute() * MINUTE_MILLIS, millis);
      next = sooner(next, midnight + band.untilMinute() * MINUTE_MILLIS, millis);
      next = sooner(next, band.fromMillis(), millis);
      next = sooner(next, band.untilMillis(), millis);
    }
    return next;
  }

  private static long sooner(long next, long candidate, long after) {
    return candidate > after && candidate < next ? candidate : next;
  }
}
