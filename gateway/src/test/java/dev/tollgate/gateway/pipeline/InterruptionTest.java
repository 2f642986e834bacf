package dev.tollgate.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long each backend is waited for while an answer stands still. */
class InterruptionTest {

  private static final Duration BOUND = Duration.ofSeconds(16);

  @ParameterizedTest
  @CsvSource(textBlock = """
      0,  false, 8,  the first backend after one that died has half of the bound
      8,  false, 12, the next has half of what is left
      8,  true,  16, one that writes the answer anew has all of it
      15, false, 17, one that is there only at the end has an eighth of the bound
      40, true,  42, and so has one that comes after it
      """)
  void aBackendHasHalfOfWhatIsLeft(long triedAt, boolean all, long leftAt, String what) {
    long since = System.nanoTime();
    Interruption interruption = Interruption.since(since, BOUND).tried(since + nanos(triedAt), all);
    assertThat(interruption.isOver(since + nanos(leftAt))).as(what).isFalse();
    assertThat(interruption.isOver(since + nanos(leftAt) + 1)).as(what).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0", "5"})
  void timeInWhichNobodyListenedDoesNotCount(long unheard) {
    Interruption interruption = Interruption.since(0, BOUND).tried(0, true).excused(nanos(unheard));
    assertThat(interruption.isTooLong(BOUND.toNanos() + nanos(unheard))).isFalse();
    assertThat(interruption.isTooLong(BOUND.toNanos() + nanos(unheard) + 1)).isTrue();
    assertThat(interruption.isOver(BOUND.toNanos() + nanos(unheard))).isFalse();
    assertThat(interruption.isOver(BOUND.toNanos() + nanos(unheard) + 1)).isTrue();
  }

  private static long nanos(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
