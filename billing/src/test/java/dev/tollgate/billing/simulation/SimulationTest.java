package dev.tollgate.billing.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Thousands of simulations. {@code -Dtollgate.simulation.seeds=N} runs as many as wanted,
 * {@code -Dtollgate.simulation.seed=S} one again, exactly as it was.
 */
class SimulationTest {

  private static final long FIRST_SEED = 20_261_122_000_000L;
  private static final String BILLING = "dev.tollgate.billing";

  record Failure(long seed, Throwable why, List<String> last) {}

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
    var seeds = new ArrayList<Long>();
    Long only = Long.getLong("tollgate.simulation.seed");
    if (only != null) {
      seeds.add(only);
    } else {
      long count = Long.getLong("tollgate.simulation.seeds", 2_000);
      for (long i = 0; i < count; i++) {
        seeds.add(FIRST_SEED + i);
      }
    }
    var failures = new ConcurrentLinkedQueue<Failure>();
    var next = new AtomicLong();
    long startedAt = System.nanoTime();
    var threads = new ArrayList<Thread>();
    var steps = new AtomicLong();
    var judged = new AtomicLong();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      threads.add(Thread.ofVirtual().start(() -> {
        for (int at = (int) next.getAndIncrement(); at < seeds.size() && failures.isEmpty(); at = (int) next
            .getAndIncrement()) {
          run(seeds.get(at), failures, steps, judged);
        }
      }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.printf("%d seeds, %d steps, %d refusals judged, %d ms%n", next.get(), steps.get(),
        judged.get(),
        (System.nanoTime() - startedAt) / 1_000_000);
    failures.forEach(failure -> {
      System.out.println("Seed " + failure.seed() + " fails: " + failure.why());
      failure.why().printStackTrace(System.out);
      failure.last().forEach(System.out::println);
    });
    assertThat(failures).isEmpty();
  }

  private static void run(long seed, ConcurrentLinkedQueue<Failure> failures, AtomicLong steps,
      AtomicLong judged) {
    var world = new World(seed);
    try {
      world.run();
      steps.addAndGet(world.schedule().steps());
      judged.addAndGet(world.refusals().judged());
    } catch (Throwable e) {
      failures.add(new Failure(seed, e, world.trace().last()));
    } finally {
      world.close();
    }
  }
}
