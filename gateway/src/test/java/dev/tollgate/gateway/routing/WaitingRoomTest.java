package dev.tollgate.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.routing.RoutingProperties.Queue;
import dev.tollgate.inference.protocol.Model;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who goes next, who is refused, and who leaves, where there are fewer places than requests. */
@Execution(ExecutionMode.CONCURRENT)
class WaitingRoomTest {

  private static final Queue BOUNDS = new Queue(20, 10, Duration.ofSeconds(5));
  private static final Executor CLIENTS = Executors.newVirtualThreadPerTaskExecutor();

  private final TenantId big = new TenantId(UUID.randomUUID());
  private final TenantId small = new TenantId(UUID.randomUUID());
  private final AtomicInteger free = new AtomicInteger();
  private final List<Demand> order = Collections.synchronizedList(new ArrayList<>());
  private final WaitingRoom room = new WaitingRoom(BOUNDS, this::take, System::nanoTime);

  private Route.@Nullable Found take(Demand demand) {
    if (free.getAndUpdate(places -> Math.max(0, places - 1)) == 0) {
      return null;
    }
    order.add(demand);
    return new Route.Found(TestBackends.unreachable(), Model.getDefaultInstance(), new NoLease());
  }

  /** A place that nobody counts. */
  private static final class NoLease implements Route.Lease {

    @Override
    public void promptDone() {
      // Nothing to count.
    }

    @Override
    public void fail() {
      // Nothing to count.
    }

    @Override
    public void close() {
      // Nothing to count.
    }
  }

  private static Demand demand(TenantId tenant, int priority, int weight, long tokens) {
    return new Demand("m", tenant, new Standing(priority, weight), 0, tokens, Set.of(), false);
  }

  private CompletableFuture<Route> ask(Demand demand) {
    int before = room.waiting();
    CompletableFuture<Route> answer = CompletableFuture
        .supplyAsync(() -> waitFor(demand, new AtomicBoolean()), CLIENTS);
    await().atMost(Duration.ofSeconds(5)).until(() -> room.waiting() > before || answer.isDone());
    return answer;
  }

  private Route waitFor(Demand demand, AtomicBoolean gone) {
    try {
      return room.await(demand, gone::get);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void freePlaces(int places) {
    int until = order.size() + places;
    for (int i = 0; i < places; i++) {
      free.incrementAndGet();
      room.dispatch();
    }
    assertThat(order).hasSize(until);
  }

  @Test
  void aBurstWaitsBehindItselfAndNotInFrontOfOthers() {
    for (int i = 0; i < 8; i++) {
      var _ = ask(demand(big, 0, 1, 100));
    }
    var _ = ask(demand(small, 0, 1, 100));
    var _ = ask(demand(small, 0, 1, 100));
    freePlaces(4);
    assertThat(order.stream().map(Demand::tenant)).containsExactly(big, small, big, small);
    freePlaces(6);
  }

  @Test
  void fairnessCountsTokensAndWeights() {
    for (int i = 0; i < 8; i++) {
      var _ = ask(demand(big, 0, 1, 300));
      var _ = ask(demand(small, 0, 1, 100));
    }
    freePlaces(8);
    assertThat(order.stream().filter(each -> each.tenant().equals(small)).count()).isBetween(5L, 6L);
    freePlaces(8);
    order.clear();
    for (int i = 0; i < 8; i++) {
      var _ = ask(demand(big, 0, 3, 300));
      var _ = ask(demand(small, 0, 1, 300));
    }
    freePlaces(8);
    assertThat(order.stream().filter(each -> each.tenant().equals(big)).count()).isBetween(5L, 6L);
    freePlaces(8);
  }

  @Test
  void enterpriseGoesFirstAndStillLetsTheOthersLive() {
    for (int i = 0; i < 2; i++) {
      var _ = ask(demand(small, 0, 1, 100));
    }
    for (int i = 0; i < 10; i++) {
      var _ = ask(demand(big, 10, 1, 100));
    }
    freePlaces(9);
    assertThat(order.subList(0, 7)).allMatch(each -> each.tenant().equals(big));
    assertThat(order.get(7).tenant()).isEqualTo(small);
    assertThat(order.get(8).tenant()).isEqualTo(big);
    freePlaces(3);
  }

  @Test
  void aTenantMayNotFillTheQueueAndTheQueueIsBounded() {
    for (int i = 0; i < 10; i++) {
      var _ = ask(demand(big, 0, 1, 100));
    }
    assertThat(ask(demand(big, 0, 1, 100))).isCompletedWithValueMatching(Route.TenantFull.class::isInstance);
    for (int i = 0; i < 10; i++) {
      var _ = ask(demand(small, 0, 1, 100));
    }
    assertThat(ask(demand(new TenantId(UUID.randomUUID()), 0, 1, 100)))
        .isCompletedWithValueMatching(Route.Full.class::isInstance);
    assertThat(room.waiting()).isEqualTo(20);
    freePlaces(20);
    assertThat(room.isEmpty()).isTrue();
  }

  @Test
  void whoLeavesOrWaitsTooLongIsForgotten() throws Exception {
    var gone = new AtomicBoolean();
    CompletableFuture<Route> left = CompletableFuture.supplyAsync(() -> waitFor(demand(big, 0, 1, 1), gone),
        CLIENTS);
    await().atMost(Duration.ofSeconds(5)).until(() -> room.waiting() == 1);
    gone.set(true);
    assertThat(left.get()).isInstanceOf(Route.Left.class);
    var impatient = new WaitingRoom(new Queue(20, 10, Duration.ofMillis(30)), this::take, System::nanoTime);
    assertThat(impatient.await(demand(big, 0, 1, 1), () -> false)).isInstanceOf(Route.Full.class);
    assertThat(impatient.isEmpty()).isTrue();
    assertThat(room.isEmpty()).isTrue();
  }

  @Test
  void refusesAtOnceWhatWouldWaitTooLong() {
    var now = new AtomicLong();
    var paced = new WaitingRoom(BOUNDS, this::take, now::get);
    for (int i = 0; i < 10; i++) {
      var _ = CompletableFuture.runAsync(() -> awaitIn(paced, demand(big, 0, 1, 1)), CLIENTS);
      var _ = CompletableFuture.runAsync(() -> awaitIn(paced, demand(small, 0, 1, 1)), CLIENTS);
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> paced.waiting() == 20);
    for (int i = 0; i < 10; i++) {
      now.addAndGet(Duration.ofMillis(400).toNanos());
      free.incrementAndGet();
      paced.dispatch();
    }
    assertThat(paced.waiting()).isEqualTo(10);
    for (int i = 0; i < 3; i++) {
      var _ = CompletableFuture
          .runAsync(() -> awaitIn(paced, demand(new TenantId(UUID.randomUUID()), 0, 1, 1)), CLIENTS);
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> paced.waiting() == 13);
    assertThat(awaitIn(paced, demand(small, 0, 1, 1))).isInstanceOfSatisfying(Route.Full.class,
        full -> assertThat(full.retryAfter()).isGreaterThan(BOUNDS.longestWait()));
    free.set(100);
    paced.dispatch();
    assertThat(paced.isEmpty()).isTrue();
  }

  private static Route awaitIn(WaitingRoom room, Demand demand) {
    try {
      return room.await(demand, () -> false);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
