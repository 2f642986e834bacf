package dev.tollgate.gateway.routing;

import java.time.Duration;

/** A backend that comes back, or can serve again, begins with little of its weight and has all of it after some time. */
final class WarmUp {

  /** The share of its weight that it begins with. */
  private static final double COLD = 0.1;

  private final Duration time;
  private volatile boolean cold;
  private volatile long sinceNanos;

  WarmUp(Duration time) {
    this.time = time;
  }

  /** @param fromCold whether it failed before: one that is new has its weight at once */
  void begin(boolean fromCold) {
    cold = fromCold;
    sinceNanos = System.nanoTime();
  }

  /** How much of its weight it has now, at most 1. */
  double share(long now) {
    long since = now - sinceNanos;
    return cold && since < time.toNanos() ? COLD + (1 - COLD) * since / time.toNanos() : 1;
  }
}
