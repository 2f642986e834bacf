package dev.tollgate.gateway.admission.limits;

import java.util.Arrays;

/**
 * What was used within the last window, so that it is known when it may be used again. Uses that follow each other
 * closely are kept as one, which rests until the last of them has; so a busy log stays small and errs on the side of
 * resting, by less than a two-hundredth of the window. Guarded by the lock of its {@link Share}.
 */
final class Uses {

  static final long WINDOW_NANOS = 60_000_000_000L;

  /** What is used within this time of each other rests together. */
  static final long GRAIN_NANOS = WINDOW_NANOS / 240;

  // A ring, its oldest entry at `head`. Entries begin at least a grain apart, so there are never more than 242.
  private long[] firstNanos = new long[8];
  private long[] lastNanos = new long[8];
  private long[] amounts = new long[8];
  private int head;
  private int size;
  private long total;

  void add(long now, long amount) {
    if (size > 0) {
      int newest = at(size - 1);
      if (now - firstNanos[newest] < GRAIN_NANOS) {
        amounts[newest] = Math.addExact(amounts[newest], amount);
        lastNanos[newest] = now - lastNanos[newest] > 0 ? now : lastNanos[newest];
        total = Math.addExact(total, amount);
        return;
      }
    }
    if (size == amounts.length) {
      grow();
    }
    int place = at(size);
    firstNanos[place] = now;
    lastNanos[place] = now;
    amounts[place] = amount;
    size++;
    total = Math.addExact(total, amount);
  }

  /**
   * Takes back a use that was none, so that it need not rest. Only what was noted at that time or before is taken: what
   * others used since must rest for as long as it has to.
   */
  void remove(long usedAt, long amount) {
    long left = amount;
    for (int i = size - 1; i >= 0 && left > 0; i--) {
      int place = at(i);
      if (firstNanos[place] - usedAt <= 0) {
        long taken = Math.min(left, amounts[place]);
        amounts[place] -= taken;
        total -= taken;
        left -= taken;
      }
    }
  }

  /** What has not rested yet. */
  long total(long now) {
    while (size > 0 && now - lastNanos[head] >= WINDOW_NANOS) {
      total -= amounts[head];
      head = (head + 1) & (amounts.length - 1);
      size--;
    }
    return total;
  }

  /** How long until at least this much more has rested: 0 if none is asked, the whole window if there is not so much. */
  long nanosUntilFree(long amount, long now) {
    if (amount <= 0) {
      return 0;
    }
    long freed = 0;
    for (int i = 0; i < size; i++) {
      freed += amounts[at(i)];
      if (freed >= amount) {
        return lastNanos[at(i)] + WINDOW_NANOS - now;
      }
    }
    return WINDOW_NANOS;
  }

  /** How long until all of it has rested. */
  long nanosUntilEmpty(long now) {
    return total(now) == 0 ? 0 : lastNanos[at(size - 1)] + WINDOW_NANOS - now;
  }

  private int at(int index) {
    return (head + index) & (amounts.length - 1);
  }

  private void grow() {
    firstNanos = unrolled(firstNanos);
    lastNanos = unrolled(lastNanos);
    amounts = unrolled(amounts);
    head = 0;
  }

  private long[] unrolled(long[] ring) {
    long[] larger = Arrays.copyOfRange(ring, head, head + 2 * ring.length);
    System.arraycopy(ring, 0, larger, ring.length - head, head);
    return larger;
  }
}
