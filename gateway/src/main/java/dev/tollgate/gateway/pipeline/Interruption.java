package dev.tollgate.gateway.pipeline;

import java.time.Duration;

/**
 * The time in which an answer stands still: from the moment its backend failed it, or fell silent, to the next token of
 * another one.
 *
 * @param sinceNanos when it began
 * @param bound how long it may last as long as there is a backend that has not been tried
 * @param leaveAtNanos until when the backend that is tried now is waited for
 */
record Interruption(long sinceNanos, Duration bound, long leaveAtNanos) {

  /** So much later it is known whether the backend that failed is gone. */
  private static final Duration BEFORE_TRYING_AGAIN = Duration.ofMillis(200);

  /** The part of the bound that a backend has which is tried only at its end. */
  private static final int LEAST_PART = 8;

  static Interruption since(long sinceNanos, Duration bound) {
    return new Interruption(sinceNanos, bound, sinceNanos + bound.toNanos());
  }

  /**
   * A backend is tried from now on. It has half of the time that is left, so that the one after it has as much.
   *
   * @param all whether it has all of that time, since the one after it would begin with as much work
   */
  Interruption tried(long now, boolean all) {
    long left = sinceNanos + bound.toNanos() - now;
    return new Interruption(sinceNanos, bound,
        now + Math.max(all ? left : left / 2, bound.toNanos() / LEAST_PART));
  }

  /** Does not count time in which nobody here was listening. */
  Interruption excused(long nanos) {
    return new Interruption(sinceNanos + nanos, bound, leaveAtNanos + nanos);
  }

  boolean isTooLong(long now) {
    return now - sinceNanos > bound.toNanos();
  }

  /** Whether the backend that is tried now has had its time. */
  boolean isOver(long now) {
    return now - leaveAtNanos > 0;
  }

  /** Whether a backend that failed the answer may be asked again. */
  boolean mayTryAgain(long now) {
    return now - sinceNanos > BEFORE_TRYING_AGAIN.toNanos();
  }

  Duration lasted(long now) {
    return Duration.ofNanos(now - sinceNanos);
  }
}
