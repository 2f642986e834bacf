package dev.tollgate.gateway.pipeline;

import java.time.Duration;

/**
 * When it is time again to remember how far an answer has come, if it has grown. Two seconds of metering may be lost in a
 * crash (money rule 7); a checkpoint waits up to a quarter of a second for others and is written then.
 */
final class Checkpoints {

  private static final Duration INTERVAL = Duration.ofMillis(1_500);

  private long lastNanos = System.nanoTime();
  private long lastOutput;

  /** To be called often; where it says yes, the checkpoint counts as made. */
  boolean isDue(long nanos, long outputTokens) {
    if (outputTokens == lastOutput || nanos - lastNanos < INTERVAL.toNanos()) {
      return false;
    }
    lastNanos = nanos;
    lastOutput = outputTokens;
    return true;
  }
}
