package dev.tollgate.gateway.pipeline;

import java.time.Duration;

/** When it is time again to remember how far an answer has come: every two seconds, if it has grown. */
final class Checkpoints {

  private static final Duration INTERVAL = Duration.ofSeconds(2);

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
