package dev.tollgate.billing.funds;

/**
 * Arithmetic on wishes, which may be absurdly large, as opposed to amounts, which must be exact: a wish beyond the
 * ceiling counts as the ceiling.
 */
final class Saturating {

  /** Far above any balance, far enough below the end of {@code long} for sums of several. */
  static final long CEILING = Long.MAX_VALUE / 8;

  private Saturating() {}

  static long plus(long a, long b) {
    return Math.min(CEILING, Math.min(a, CEILING) + Math.min(b, CEILING));
  }

  static long times(long a, long b) {
    if (a == 0 || b == 0) {
      return 0;
    }
    return a > CEILING / b ? CEILING : a * b;
  }
}
