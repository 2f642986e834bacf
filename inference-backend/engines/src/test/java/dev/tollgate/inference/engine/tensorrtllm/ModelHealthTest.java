package dev.tollgate.inference.engine.tensorrtllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.inference.engine.relay.TokenSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a model counts as unable to generate, and when as able again. */
class ModelHealthTest {

  private static final String NO_MEMORY = "CUDA out of memory";

  private final List<TokenSink> probes = new ArrayList<>();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final ModelHealth health = new ModelHealth(sink -> {
    probes.add(sink);
    return cancelled::incrementAndGet;
  }, Duration.ofMinutes(15));

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @ParameterizedTest
  @CsvSource(textBlock = """
      torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB,  NO_MEMORY
      [TensorRT-LLM][ERROR] CUDA runtime error: cudaErrorMemoryAllocation,     NO_MEMORY
      Stub process 'tollgate_0_0' is not healthy.,                             ENDED
      LLM is shutting down,                                                    ENDED
      CUDA error: an illegal memory access was encountered,                    GPU_FAILED
      NCCL error: unhandled system error,                                      GPU_FAILED
      """)
  void tellsTroubleByTheWordsOfErrors(String error, Trouble trouble) {
    assertThat(Trouble.in(error)).hasValue(trouble);
    health.failed(error, 0);
    assertThat(health.trouble()).hasValue(trouble.told(error));
  }

  @ParameterizedTest
  @CsvSource({"the prompt is too long", "guided decoding: the schema cannot be compiled", "the model broke"})
  void takesOtherErrorsForTheirOwnRequests(String error) {
    health.failed(error, 0);
    health.look(0);
    assertThat(health.trouble()).isEmpty();
    assertThat(probes).isEmpty();
  }

  @Test
  void asksForOneTokenAtATimeUntilOneComes() {
    health.failed(NO_MEMORY, 0);
    health.look(0);
    health.look(seconds(1));
    assertThat(probes).hasSize(1);
    probes.getFirst().failed("the model broke");
    assertThat(health.trouble()).as("it has not generated").isPresent();
    health.look(seconds(2));
    probes.getLast().ended(TokenSink.End.LENGTH, 0);
    health.look(seconds(3));
    assertThat(health.trouble()).isEmpty();
    assertThat(probes).hasSize(2);
  }

  @Test
  void asksAgainAtTheNextLookWhereAProbeCouldNotBegin() {
    var begun = new AtomicInteger();
    var broken = new ModelHealth(sink -> {
      begun.incrementAndGet();
      throw new IllegalStateException("nothing to ask with");
    }, Duration.ofMinutes(15));
    broken.failed(NO_MEMORY, 0);
    broken.look(0);
    broken.look(seconds(1));
    assertThat(begun).hasValue(2);
    assertThat(broken.trouble()).isPresent();
  }

  @Test
  void givesAProbeUpThatIsNotAnsweredAndDoesNotHearItsEnd() {
    health.failed(NO_MEMORY, 0);
    health.look(0);
    health.look(seconds(31));
    assertThat(cancelled).hasValue(1);
    assertThat(probes).hasSize(2);
    probes.getFirst().ended(TokenSink.End.STOP, 0);
    assertThat(health.trouble()).isPresent();
  }

  @Test
  void isLostOnceItHasNotRecoveredInTime() {
    health.failed(NO_MEMORY, 0);
    health.failed("Stub process 'tollgate_0_0' is not healthy.", seconds(600));
    assertThat(health.isLost(seconds(900))).isFalse();
    assertThat(health.isLost(seconds(901))).isTrue();
  }
}
