package dev.tollgate.billing.funds;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** Time that tests move. Waits with real patience still pass, since the monotonic side adds real time to it. */
public final class VirtualTime {

  private final Instant origin;
  private final AtomicLong movedNanos = new AtomicLong();

  VirtualTime(Instant origin) {
    this.origin = origin;
  }

  public void move(Duration by) {
    movedNanos.addAndGet(by.toNanos());
  }

  public void moveTo(Instant instant) {
    movedNanos.set(Duration.between(origin, instant).toNanos());
  }

  public long nanos() {
    return System.nanoTime() + movedNanos.get();
  }

  public Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Instant instant() {
        return origin.plusNanos(movedNanos.get());
      }
    };
  }
}
