package dev.tollgate.gateway.admission.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.admission.limits.Fleet.Instance;
import dev.tollgate.gateway.admission.limits.RateLimiter.Entrance;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.RateLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Three gateways under one limit. */
@Execution(ExecutionMode.CONCURRENT)
class ThreeInstancesTest {

  private final Fleet fleet = Fleet.concurrent(3);
  private final Caller caller = ConfiguredLimits.caller();

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void admitAllThatALimitAllowsAndNotOneMore() throws Exception {
    fleet.limits.set(ConfiguredLimits.key(caller), new RateLimits(300L, null, null));
    assertThat(crowd(48, 15)).isEqualTo(300);
    fleet.pass(Duration.ofSeconds(30));
    assertThat(crowd(3, 2)).isZero();
    fleet.pass(Duration.ofSeconds(40));
    assertThat(crowd(48, 15)).isEqualTo(300);
  }

  @Test
  void admitThePlacesThatALimitAllowsWhereverTheyAreAskedFor() throws Exception {
    fleet.limits.set(ConfiguredLimits.tenant(caller), new RateLimits(null, null, 5L));
    Queue<Passage> running = new ConcurrentLinkedQueue<>();
    together(60, i -> {
      if (instance(i).enter(caller) instanceof Entrance.Admitted(Passage passage)) {
        running.add(passage);
      }
    });
    assertThat(running).hasSize(5);
    LimitHit hit = instance(0).refused(caller);
    assertThat(hit.kind()).isEqualTo(LimitKind.SLOTS);
    assertThat(hit.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    Objects.requireNonNull(running.poll()).close();
    await().atMost(Duration.ofSeconds(1)).untilAsserted(() -> instance(2).admitted(caller));
  }

  @Test
  void aShareThatLiesIdleElsewhereIsHadAtOnce() {
    fleet.limits.set(ConfiguredLimits.key(caller), new RateLimits(8L, null, null));
    instance(0).admitted(caller);
    instance(1).admitted(caller);
    IntStream.range(0, 6).forEach(i -> instance(2).admitted(caller));
    assertThat(instance(2).refused(caller).kind()).isEqualTo(LimitKind.REQUESTS);
    assertThat(fleet.lent(caller.key().value())).isEqualTo(8);
  }

  @Test
  void whatAMinuteHasFreedElsewhereIsHadToo() {
    fleet.limits.set(ConfiguredLimits.key(caller), new RateLimits(40L, null, null));
    IntStream.range(0, 40).forEach(i -> instance(0).admitted(caller));
    assertThat(instance(1).refused(caller).retryAfter()).isEqualTo(Duration.ofSeconds(60));
    fleet.pass(Duration.ofSeconds(61));
    IntStream.range(0, 40).forEach(i -> instance(1).admitted(caller));
  }

  @Test
  void placesOfACrashedInstanceAreFreeWithinThirtySecondsAndItsUsesAfterTheirMinute() {
    fleet.limits.set(ConfiguredLimits.key(caller), new RateLimits(20L, null, 1L));
    fleet.pass(Duration.ofSeconds(20));
    Instance doomed = instance(0);
    doomed.admitted(caller);
    doomed.crash();
    assertThat(instance(0).refused(caller).kind()).isEqualTo(LimitKind.SLOTS);
    fleet.pass(Duration.ofSeconds(30));
    for (int i = 0; i < 17; i++) {
      instance(0).admitted(caller).close();
    }
    // What it had borrowed but not used counts as used, for nobody knows better.
    assertThat(fleet.lent(caller.key().value())).isGreaterThanOrEqualTo(18);
    fleet.pass(Duration.ofSeconds(60));
    for (int i = 0; i < 20; i++) {
      instance(1).admitted(caller).close();
    }
    assertThat(instance(1).refused(caller).kind()).isEqualTo(LimitKind.REQUESTS);
  }

  @Test
  void anInstanceThatStopsGivesBackAllButWhatRests() {
    fleet.limits.set(ConfiguredLimits.key(caller), new RateLimits(100L, null, 3L));
    Instance leaving = instance(0);
    IntStream.range(0, 10).forEach(i -> leaving.admitted(caller).close());
    leaving.limiter.stop();
    leaving.presence.retire();
    assertThat(fleet.lent(caller.key().value())).isEqualTo(10);
  }

  @Test
  void aLowerLimitCountsAtOnceAndAHigherOneToo() {
    fleet.limits.set(ConfiguredLimits.key(caller), new RateLimits(1_000L, null, null));
    fleet.instances.forEach(instance -> instance.admitted(caller));
    fleet.limits.set(ConfiguredLimits.key(caller), new RateLimits(5L, null, null));
    instance(0).admitted(caller);
    instance(1).admitted(caller);
    assertThat(instance(2).refused(caller).limit()).isEqualTo(5);
    fleet.limits.set(ConfiguredLimits.key(caller), new RateLimits(6L, null, null));
    instance(2).admitted(caller);
    assertThat(instance(2).refused(caller).limit()).isEqualTo(6);
  }

  @Test
  void whileTheDatabaseIsAwayEachInstanceKeepsToTheWholeLimit() {
    fleet.limits.set(ConfiguredLimits.key(caller), new RateLimits(30L, null, null));
    instance(0).admitted(caller);
    fleet.pool.close();
    for (Instance instance : fleet.instances) {
      int before = instance == instance(0) ? 1 : 0;
      IntStream.range(before, 30).forEach(i -> instance.admitted(caller));
      assertThat(instance.refused(caller).kind()).isEqualTo(LimitKind.REQUESTS);
    }
  }

  @Test
  void whatNobodyAsksForIsForgotten() {
    for (int i = 0; i < 50; i++) {
      Caller one = ConfiguredLimits.caller();
      fleet.limits.set(ConfiguredLimits.key(one), new RateLimits(10L, 1_000L, 2L));
      instance(0).admitted(one).close();
    }
    assertThat(instance(0).limiter.size()).isEqualTo(150);
    fleet.pass(Duration.ofSeconds(70));
    assertThat(instance(0).limiter.size()).isZero();
    assertThat(fleet.jdbc.sql("SELECT count(*) FROM gateway.limit_share").query(Long.class).single())
        .isZero();
  }

  /** How many of a crowd's requests are admitted, spread over the instances. */
  private int crowd(int threads, int requestsEach) throws Exception {
    var admitted = new AtomicInteger();
    together(threads, i -> {
      for (int request = 0; request < requestsEach; request++) {
        if (instance(i + request).enter(caller) instanceof Entrance.Admitted(Passage passage)) {
          admitted.incrementAndGet();
          passage.close();
        }
      }
    });
    return admitted.get();
  }

  private Instance instance(int number) {
    return fleet.instances.get(number % fleet.instances.size());
  }

  private static void together(int threads, IntConsumer task) throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        tasks.add(executor.submit(() -> task.accept(number)));
      }
      for (Future<?> one : tasks) {
        one.get();
      }
    }
  }
}
