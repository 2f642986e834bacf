package dev.tollgate.gateway.routing;

import dev.tollgate.gateway.routing.RoutingProperties.Queue;
import dev.tollgate.gateway.routing.RoutingProperties.Server;
import dev.tollgate.inference.protocol.Model;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * By hand: how often a prompt's beginning is in the cache of the backend it is sent to, against round robin, what a choice
 * costs, and how long others wait during one tenant's burst, against one queue for all. Figures stand in
 * {@code bench/RESULTS.md}.
 */
final class RoutingBenchmark {

  private static final int BACKENDS = 8;
  private static final int CACHED_CONVERSATIONS = 400;
  private static final int CONVERSATIONS = 2000;
  private static final int REQUESTS = 100_000;

  private RoutingBenchmark() {}

  public static void main(String[] args) throws InterruptedException {
    affinity();
    fairness();
  }

  /** What a backend's cache holds: the conversations it saw last. */
  private static final class Cache extends LinkedHashMap<Long, Boolean> {

    private static final long serialVersionUID = 1L;

    Cache() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
      return size() > CACHED_CONVERSATIONS;
    }

    boolean meets(long conversation) {
      return put(conversation, true) != null;
    }
  }

  private static void affinity() {
    List<Backend> members = new ArrayList<>();
    for (int i = 0; i < BACKENDS; i++) {
      members.add(TestBackends.up(new Server("127.0.0.1:" + (2 + i), "", 100, 200, List.of()), 128));
    }
    var tenant = new TenantId(UUID.randomUUID());
    var with = new Chooser("here", true);
    var without = new Chooser("here", false);
    report("round robin", members, tenant, (demand, number) -> members.get(number % BACKENDS));
    report("least outstanding tokens", members, tenant,
        (demand, number) -> Objects.requireNonNull(without.choose(members, demand, 0, System.nanoTime())));
    report("bounded affinity", members, tenant,
        (demand, number) -> Objects.requireNonNull(with.choose(members, demand, 0, System.nanoTime())));
    members.forEach(Backend::close);
  }

  /** Conversations of unequal popularity; 512 answers run at any time, so the oldest ends when another begins. */
  private static void report(String name, List<Backend> members, TenantId tenant,
      BiFunction<Demand, Integer, Backend> choice) {
    Map<Backend, Cache> caches = new LinkedHashMap<>();
    members.forEach(member -> caches.put(member, new Cache()));
    var random = new Random(1);
    Deque<BackendLease> running = new ArrayDeque<>();
    int hits = 0;
    long nanos = 0;
    double uneven = 0;
    for (int number = 0; number < REQUESTS; number++) {
      long conversation = (long) (CONVERSATIONS * Math.pow(random.nextDouble(), 2));
      var demand = new Demand(TestBackends.MODEL, tenant, Standing.USUAL, Chooser.mix(conversation),
          500 + random.nextInt(2000), Set.of(), false);
      long before = System.nanoTime();
      Backend backend = choice.apply(demand, number);
      nanos += System.nanoTime() - before;
      hits += Objects.requireNonNull(caches.get(backend)).meets(conversation) ? 1 : 0;
      running.add(Objects.requireNonNull(backend.enter(demand)));
      if (running.size() > 512) {
        running.removeFirst().close();
        uneven = Math.max(uneven, number < 2000 ? 0
            : members.stream().mapToLong(Backend::load).max().orElseThrow() * (double) BACKENDS
                / members.stream().mapToLong(Backend::load).sum());
      }
    }
    running.forEach(BackendLease::close);
    System.out.printf(
        "affinity: %-25s hits %5.1f %%, busiest backend at most %.2f of the mean, %d ns a choice%n",
        name, 100.0 * hits / REQUESTS, uneven, nanos / REQUESTS);
  }

  private static final int PLACES = 16;
  private static final Duration SERVICE = Duration.ofMillis(20);

  /** Asks for a place and gives it back; null where there is none to be had. */
  private interface Place {
    @Nullable
    Runnable take(TenantId tenant) throws InterruptedException;
  }

  private static void fairness() throws InterruptedException {
    var one = new Semaphore(PLACES, true);
    burst("one queue for all", tenant -> {
      one.acquire();
      return one::release;
    });
    var free = new Semaphore(PLACES);
    var room = new WaitingRoom(new Queue(4096, 4096, Duration.ofMinutes(1)), demand -> free.tryAcquire()
        ? new Route.Found(TestBackends.unreachable(), Model.getDefaultInstance(), NO_LEASE)
        : null, System::nanoTime);
    burst("weighted fair queueing", tenant -> {
      var demand = new Demand(TestBackends.MODEL, tenant, Standing.USUAL, 0, 600, Set.of(), false);
      if (!(room.isEmpty() && free.tryAcquire())
          && !(room.await(demand, () -> false) instanceof Route.Found)) {
        return null;
      }
      return () -> {
        free.release();
        room.dispatch();
      };
    });
  }

  /** One tenant asks 2,000 times at once; nine others ask every 50 ms for two seconds. */
  private static void burst(String name, Place place) throws InterruptedException {
    List<Long> others = Collections.synchronizedList(new ArrayList<>());
    List<Long> own = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var big = new TenantId(UUID.randomUUID());
      for (int i = 0; i < 2000; i++) {
        var _ = clients.submit(() -> ask(place, big, own));
      }
      Thread.sleep(20);
      List<TenantId> tenants = Stream.generate(() -> new TenantId(UUID.randomUUID())).limit(9)
          .toList();
      for (int i = 0; i < 40; i++) {
        for (TenantId tenant : tenants) {
          var _ = clients.submit(() -> ask(place, tenant, others));
        }
        Thread.sleep(50);
      }
    }
    System.out.printf(
        "fairness: %-25s others wait p50 %d ms, p99 %d ms; the burst itself p50 %d ms, p99 %d ms%n",
        name, at(others, 50), at(others, 99), at(own, 50), at(own, 99));
  }

  private static @Nullable Void ask(Place place, TenantId tenant, List<Long> waits)
      throws InterruptedException {
    long before = System.nanoTime();
    Runnable back = place.take(tenant);
    waits.add(System.nanoTime() - before);
    if (back != null) {
      Thread.sleep(SERVICE);
      back.run();
    }
    return null;
  }

  private static long at(List<Long> nanos, int percent) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1_000_000;
  }

  private static final Route.Lease NO_LEASE = new Route.Lease() {

    @Override
    public void promptDone() {
      // Places are counted by a semaphore here.
    }

    @Override
    public void fail() {
      // Places are counted by a semaphore here.
    }

    @Override
    public void close() {
      // Places are counted by a semaphore here.
    }
  };
}
