package dev.tollgate.billing.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Thousands of worlds, each from one seed. {@code -Dtollgate.simulation.seeds=N} runs that many instead,
 * {@code -Dtollgate.simulation.seed=S} one of them again, exactly as it was.
 */
@Tag("simulation")
class SimulationTest {

  private static final String SEED = "tollgate.simulation.seed";
  private static final String SEEDS = "tollgate.simulation.seeds";
  private static final long FIRST_SEED = 20_261_122_000_000L;
  private static final long USUAL_SEEDS = 2_000;
  private static final long SEEDS_OF_THE_CLOCK = 20;
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);
  private static final String BILLING = "dev.tollgate.billing";

  private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong steps = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();

  private record Failure(long seed, Throwable why, List<String> last) {}

  @BeforeAll
  static void quiet() {
    LoggingSystem.get(SimulationTest.class.getClassLoader()).setLogLevel(BILLING, LogLevel.OFF);
  }

  @AfterAll
  static void loud() {
    LoggingSystem.get(SimulationTest.class.getClassLoader()).setLogLevel(BILLING, null);
  }

  @Test
  void noSeedBreaksARuleAboutMoney() throws InterruptedException {
    Long only = Long.getLong(SEED);
    if (only == null) {
      run(Long.getLong(SEEDS, USUAL_SEEDS), number -> FIRST_SEED + number);
    } else {
      run(1, number -> only);
    }
  }

  @Test
  void norDoSeedsThatNobodyChose() throws InterruptedException {
    long now = System.currentTimeMillis() * 1_000;
    System.out.println("Seeds of the clock: from " + now);
    run(Long.getLong(SEED) == null ? SEEDS_OF_THE_CLOCK : 0, number -> now + number);
  }

  @Test
  void theSameSeedIsTheSameWorld() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + 5; seed++) {
      assertThat(hashOf(seed)).isEqualTo(hashOf(seed));
    }
    assertThat(hashOf(FIRST_SEED)).isNotEqualTo(hashOf(FIRST_SEED + 1));
  }

  private static long hashOf(long seed) {
    var world = new World(seed);
    try {
      world.run();
      return world.trace().hash();
    } finally {
      world.close();
    }
  }

  private void run(long count, LongUnaryOperator seeds) throws InterruptedException {
    long startedAt = System.nanoTime();
    var next = new AtomicLong();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      threads.add(Thread.ofVirtual().start(() -> {
        for (long at = next.getAndIncrement(); at < count
            && failures.isEmpty(); at = next.getAndIncrement()) {
          run(seeds.applyAsLong(at));
        }
      }));
    }
    for (Thread thread : threads) {
      long before;
      do {
        before = done.get();
      } while (!thread.join(LONGEST_SILENCE) && done.get() > before);
    }
    System.out.printf("%d seeds, %d steps, %d refusals judged, %d ms%n", done.get(), steps.get(),
        refusals.get(), (System.nanoTime() - startedAt) / 1_000_000);
    failures.forEach(SimulationTest::print);
    assertThat(failures).extracting(Failure::seed).as("seeds that fail").isEmpty();
    assertThat(done.get()).as("seeds that came to an end").isEqualTo(count);
    assertThat(refusals.get() > 0 || count < SEEDS_OF_THE_CLOCK).as("refusals were there to judge").isTrue();
  }

  private void run(long seed) {
    var world = new World(seed);
    try {
      world.run();
      done.incrementAndGet();
      steps.addAndGet(world.schedule().steps());
      refusals.addAndGet(world.refusals().judged());
    } catch (RuntimeException | Error e) {
      failures.add(new Failure(seed, e, world.trace().last()));
    } finally {
      world.close();
    }
  }

  private static void print(Failure failure) {
    failure.last().forEach(System.out::println);
    System.out.printf("Seed %d fails; again with -D%s=%d%n", failure.seed(), SEED, failure.seed());
    failure.why().printStackTrace(System.out);
  }
}
