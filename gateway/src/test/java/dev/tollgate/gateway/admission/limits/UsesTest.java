package dev.tollgate.gateway.admission.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class UsesTest {

  private static final long SECOND = 1_000_000_000L;

  private final Uses uses = new Uses();

  @Test
  void whatWasUsedRestsForAMinuteToTheNanosecond() {
    uses.add(5, 3);
    assertThat(uses.total(5 + Uses.WINDOW_NANOS - 1)).isEqualTo(3);
    assertThat(uses.total(5 + Uses.WINDOW_NANOS)).isZero();
  }

  @Test
  void tellsWhenEnoughHasRested() {
    uses.add(0, 2);
    uses.add(10 * SECOND, 2);
    long now = 20 * SECOND;
    assertThat(uses.nanosUntilFree(0, now)).isZero();
    assertThat(uses.nanosUntilFree(2, now)).isEqualTo(40 * SECOND);
    assertThat(uses.nanosUntilFree(3, now)).isEqualTo(50 * SECOND);
    assertThat(uses.nanosUntilFree(5, now)).isEqualTo(60 * SECOND);
    assertThat(uses.nanosUntilEmpty(now)).isEqualTo(50 * SECOND);
  }

  @Test
  void takingBackLeavesWhatOthersUsedSince() {
    uses.add(0, 10);
    uses.add(10 * SECOND, 7);
    uses.remove(0, 4);
    assertThat(uses.total(11 * SECOND)).isEqualTo(13);
    assertThat(uses.total(60 * SECOND)).isEqualTo(7);
    uses.remove(0, 4);
    assertThat(uses.total(61 * SECOND)).isEqualTo(7);
  }

  @Test
  void neverForgetsAUseBeforeItsMinuteIsOverAndKeepsNoneMuchLonger() {
    for (long seed = 1; seed <= 10; seed++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      var log = new Uses();
      Deque<long[]> exact = new ArrayDeque<>();
      long now = seed % 2 == 0 ? Long.MAX_VALUE - 90 * SECOND : -SECOND;
      for (int step = 0; step < 1_000; step++) {
        now += random.nextLong(seed % 5 == 0 ? 2 * SECOND : SECOND / 8);
        long amount = random.nextLong(1, 50);
        log.add(now, amount);
        exact.add(new long[]{now, amount});
        if (step % 10 == 0) {
          assertThat(log.total(now)).as("seed %d, step %d", seed, step)
              .isBetween(sumSince(exact, now - Uses.WINDOW_NANOS),
                  sumSince(exact, now - Uses.WINDOW_NANOS - Uses.GRAIN_NANOS));
        }
      }
    }
  }

  private static long sumSince(Deque<long[]> uses, long after) {
    return uses.stream().filter(use -> use[0] - after > 0).mapToLong(use -> use[1]).sum();
  }
}
