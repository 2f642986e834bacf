package dev.tollgate.gateway.pipeline;

import java.time.Duration;

/**
 * The time between a backend that failed and the next one, in which an answer stands still.
 *
 * @param sinceNanos when it began
 */
record Interruption(long sinceNanos) {

  /** How long a client is kept waiting for a backend before its stream breaks after all. */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  /** So much later it is known whether the backend that failed is gone. */
  private static final Duration BEFORE_TRYING_AGAIN = Duration.ofMillis(200);

  boolean isTooLong(long now) {
    return now - sinceNanos > LONGEST.toNanos();
  }

  /** Whether a backend that failed the answer may be asked again. */
  boolean mayTryAgain(long now) {
    return now - sinceNanos > BEFORE_TRYING_AGAIN.toNanos();
  }

  long millis(long now) {
    return Duration.ofNanos(now - sinceNanos).toMillis();
  }
}
