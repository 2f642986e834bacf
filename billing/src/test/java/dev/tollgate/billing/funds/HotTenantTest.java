package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.settlement.SettlementJournal;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Many at once on the same rows: what brings other systems to deadlocks, to row locks, and to their knees. */
class HotTenantTest {

  private static final long OUTPUT_PRICE = 6_000_000;
  /** All begin at once and cold, on a machine that may be busy with other things: nobody is refused for being slow. */
  private static final FundsSettings PATIENT = new FundsSettings(Duration.ofSeconds(30),
      Duration.ofSeconds(5),
      Duration.ofSeconds(25), Duration.ofMillis(100), 10, 10, 10_000, Duration.ofSeconds(60));

  private final House house = new House();

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  /** Two transactions that lock rows in different orders wait for each other, and one of them loses its spend. */
  @Test
  void sixteenInstancesSettleForOneTenantAndForManyInAnyOrderWithoutADeadlock() throws Exception {
    int rounds = 6;
    List<House.Instance> instances = Stream.generate(() -> house.quietInstance(PATIENT)).limit(16).toList();
    List<TenantId> tenants = Stream.generate(() -> house.paying(1_000_000 * OUTPUT_PRICE)).limit(12).toList();
    TenantId hot = tenants.getFirst();
    instances.forEach(instance -> instance.funds.start());
    List<Callable<Long>> work = new ArrayList<>();
    for (int i = 0; i < instances.size(); i++) {
      House.Instance instance = instances.get(i);
      var random = new Random(i);
      work.add(() -> {
        long billed = 0;
        for (int round = 0; round < rounds; round++) {
          billed += settleAll(instance, shuffled(tenants, random), hot);
        }
        return billed;
      });
    }
    long billed = together(work).stream().mapToLong(Long::longValue).sum();
    assertThat(billed).isEqualTo(16L * rounds * 2 * tenants.size() * 10 * OUTPUT_PRICE);
    assertThat(tenants.stream().map(house::balance).reduce(BigInteger.ZERO, BigInteger::add))
        .isEqualTo(BigInteger.valueOf(12L * 1_000_000 * OUTPUT_PRICE - billed));
    assertThat(house.jdbc.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        .query(Long.class).single()).isZero();
  }

  /** Holds for every tenant and as many for the hot one, and settles them all at once. */
  private static long settleAll(House.Instance instance, List<TenantId> tenants, TenantId hot)
      throws Exception {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (TenantId tenant : tenants) {
      for (TenantId one : List.of(tenant, hot)) {
        var request = instance.request(one);
        receipts.add(request.hold(0, 10).settle(request.used(0, 0, 10)).toCompletableFuture());
      }
    }
    long billed = 0;
    for (CompletableFuture<Receipt> receipt : receipts) {
      billed += receipt.get(30, TimeUnit.SECONDS).amountPico();
    }
    return billed;
  }

  private static List<TenantId> shuffled(List<TenantId> tenants, Random random) {
    List<TenantId> order = new ArrayList<>(tenants);
    Collections.shuffle(order, random);
    return order;
  }

  /** Counters in a database answer one busy key in 120 to 500 ms; a share in memory has nothing to wait for. */
  @Test
  void oneKeyUnderLoadIsHeldInMicrosecondsAndNeverAsksTheDatabase() throws Exception {
    var connections = new AtomicInteger();
    House.Instance instance = house.quietInstance(House.QUICK, own -> counted(own, connections),
        SettlementJournal.none());
    instance.funds.beat();
    TenantId tenant = house.paying(1_000_000_000L * OUTPUT_PRICE);
    instance.request(tenant).hold(0, 100_000).release();
    int before = connections.get();
    assertThat(before).as("the heartbeat and the first hold ask").isPositive();
    List<Callable<long[]>> work = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      work.add(() -> IntStream.range(0, 20_000).mapToLong(i -> timeOfAHold(instance, tenant)).toArray());
    }
    long[] nanos = together(work).stream().flatMapToLong(Arrays::stream).sorted().toArray();
    assertThat(connections.get() - before).as("times that the database was asked").isZero();
    long median = nanos[nanos.length / 2];
    long p99 = nanos[nanos.length / 100 * 99];
    System.out.printf("a hold under one hot key, %d times by 4 threads: median %.1f µs, p99 %.1f µs%n",
        nanos.length, median / 1e3, p99 / 1e3);
    assertThat(Duration.ofNanos(median)).isLessThan(Duration.ofMillis(1));
    assertThat(Duration.ofNanos(p99)).isLessThan(Duration.ofMillis(100));
  }

  /** Counts how often somebody takes a connection: no statement goes without one. */
  private static DataSource counted(DataSource real, AtomicInteger connections) {
    return new DelegatingDataSource(real) {
      @Override
      public Connection getConnection() throws SQLException {
        connections.incrementAndGet();
        return super.getConnection();
      }
    };
  }

  /** A hold that grows, as a stream's does. */
  private static long timeOfAHold(House.Instance instance, TenantId tenant) {
    var request = instance.request(tenant);
    long before = System.nanoTime();
    Hold hold = request.hold(10, 64);
    long after = System.nanoTime();
    hold.extend(64);
    hold.release();
    return after - before;
  }

  /** A tenant whose funds are used up must not keep everybody's database busy by asking again and again. */
  @Test
  void aCrowdOfRequestsWithoutFundsRecallsThemNowAndThenNotEachForItself() throws Exception {
    List<House.Instance> instances = Stream.generate(() -> house.quietInstance(FundsSettings.DEFAULT))
        .limit(2)
        .toList();
    instances.forEach(instance -> instance.funds.start());
    TenantId tenant = house.paying(100 * OUTPUT_PRICE);
    instances.getFirst().request(tenant).hold(0, 100);
    try (var recalls = new Recalls(house)) {
      long began = System.nanoTime();
      List<Callable<Integer>> work = new ArrayList<>();
      for (int thread = 0; thread < 120; thread++) {
        House.Instance instance = instances.get(thread % 2);
        work.add(() -> {
          int refused = 0;
          for (int i = 0; i < 3; i++) {
            refused += instance.request(tenant).admission(0, 10) instanceof Admission.Refused ? 1 : 0;
          }
          return refused;
        });
      }
      assertThat(together(work)).containsOnly(3);
      long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
      assertThat((long) recalls.seen()).isPositive().isLessThan(2 * (millis / 25) + 4);
    }
  }

  /** Counts the recalls that go over the database. */
  private static final class Recalls implements AutoCloseable {

    private final Connection connection;
    private final AtomicInteger count = new AtomicInteger();
    private final CountDownLatch listening = new CountDownLatch(1);

    Recalls(House house) throws Exception {
      connection = DriverManager.getConnection(house.database.url(), house.database.user(),
          house.database.password());
      Thread.ofVirtual().start(this::listen);
      listening.await();
    }

    private void listen() {
      try (var statement = connection.createStatement()) {
        statement.execute("LISTEN tollgate_changes");
        listening.countDown();
        while (!connection.isClosed()) {
          for (PGNotification one : connection.unwrap(PGConnection.class).getNotifications(50)) {
            count.addAndGet(one.getParameter().startsWith("recall:") ? 1 : 0);
          }
        }
      } catch (SQLException e) {
        // Closed: there is nothing more to count.
        listening.countDown();
      }
    }

    int seen() {
      return count.get();
    }

    @Override
    public void close() throws SQLException {
      connection.abort(Runnable::run);
    }
  }

  private static <T> List<T> together(List<Callable<T>> work) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(work)) {
        results.add(result.get());
      }
      return results;
    }
  }
}
