package dev.tollgate.billing;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.HoldRequest;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.contracts.ContractFunding;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.funds.Funds;
import dev.tollgate.billing.funds.FundsSettings;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.billing.ledger.Poster;
import dev.tollgate.billing.reconciliation.Reconciliation;
import dev.tollgate.billing.rollups.RollUps;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.SettlementWriters;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Settlements per second of one instance with every commit flushed, for one tenant and for many in turn, on one database,
 * with PostgreSQL on the same machine; and the time of a hold in memory. Run by hand:
 * {@code SettlementBenchmark [seconds of a round] [rounds] [tenants] [writers] [batch]}.
 */
public final class SettlementBenchmark implements AutoCloseable {

  private static final int IN_FLIGHT = 20_000;
  private static final int CLIENTS = 256;
  /** At least what the plan gives for nothing. */
  private static final long FREE_TOKENS = 100_000;
  private static final Duration WARM_UP = Duration.ofSeconds(40);

  private final HikariDataSource pool;
  private final HikariDataSource funding;
  private final HikariDataSource settling;
  private final SettlementWriters settlements;
  private final Poster poster;
  private final RollUps rollUps;
  private final Funds funds;
  private final List<Payer> payers;
  private final ServerFigures server;
  /** Admissions that the database did not serve in time. */
  private final LongAdder waits = new LongAdder();

  private SettlementBenchmark(int tenants, int writers, int batch) throws InterruptedException {
    TestPostgres.Database database = TestPostgres.migrated();
    pool = pool(database, 8, "payers");
    funding = pool(database, 4, "funding");
    settling = pool(database, writers, "settling");
    server = new ServerFigures(pool);
    var catalogue = new Catalogue(pool);
    var contracts = new Contracts(pool);
    catalogue.refresh();
    Scheduling threads = Scheduling.onThreads(System::nanoTime);
    settlements = new SettlementWriters(settling, writers, batch);
    poster = new Poster(funding, threads, Duration.ofSeconds(30), Duration.ofSeconds(5));
    rollUps = new RollUps(funding);
    funds = new Funds(UUID.randomUUID(), Leases.inDatabase(funding), new Accounts(funding, Clock.systemUTC()),
        catalogue,
        contracts,
        settlements, FundsSettings.DEFAULT, Clock.systemUTC(), threads);
    payers = payers(1 + tenants,
        new ContractFunding(pool, contracts, catalogue, new Accounts(pool, Clock.systemUTC()),
            Clock.systemUTC()));
    settlements.start();
    poster.start();
    rollUps.start(threads, Duration.ofSeconds(5));
    funds.start();
  }

  private static HikariDataSource pool(TestPostgres.Database database, int size, String work) {
    return new TestPostgres.Database(database.url() + "?ApplicationName=" + work, database.user(),
        database.password()).pool(size);
  }

  public static void main(String[] arguments) throws Exception {
    System.setProperty(TestPostgres.FSYNC, "on");
    System.setProperty(TestPostgres.SHARED_BUFFERS, "1GB");
    // Or it would checkpoint every few seconds at such a rate, and write whole pages all the time.
    System.setProperty(TestPostgres.MAX_WAL_SIZE, "8GB");
    int seconds = argument(arguments, 0, 30);
    int rounds = argument(arguments, 1, 3);
    int tenants = argument(arguments, 2, 10_000);
    try (var benchmark = new SettlementBenchmark(tenants, argument(arguments, 3, 2),
        argument(arguments, 4, 2_000))) {
      benchmark.run(seconds, rounds);
    }
    System.exit(0);
  }

  private static int argument(String[] arguments, int position, int usual) {
    return arguments.length > position ? Integer.parseInt(arguments[position]) : usual;
  }

  private void run(int seconds, int rounds) throws InterruptedException {
    System.out.println(server.settings());
    List<Payer> one = payers.subList(0, 1);
    List<Payer> many = payers.subList(1, payers.size());
    for (int round = 1; round <= rounds; round++) {
      long hot = round(one, seconds);
      long spread = round(many, seconds);
      System.out.printf("round %d: %,d tenants at %d %% of one%n", round, many.size(), 100 * spread / hot);
    }
    for (List<Payer> some : List.of(one, many)) {
      touch(some);
      System.out.printf("hold, %,d tenants: median %,d ns, p99 %,d ns%n", some.size(), percentile(some, 50),
          percentile(some, 99));
    }
    var differences = new Reconciliation(pool).differences();
    System.out.println("differences in the books: " + differences.size());
    differences.stream().limit(5).forEach(System.out::println);
  }

  private long round(List<Payer> some, int seconds) throws InterruptedException {
    long began = System.nanoTime();
    touch(some);
    System.out.printf("%,6d tenants: first requests took %,d ms%n", some.size(),
        (System.nanoTime() - began) / 1_000_000);
    drive(some, WARM_UP);
    ServerFigures.Reading before = server.read();
    waits.reset();
    long done = drive(some, Duration.ofSeconds(seconds));
    ServerFigures.Reading used = server.read().since(before);
    System.out.printf("%,6d tenants: %,7d settlements/s, %d admissions tried again; each %s%n", some.size(),
        done / seconds, waits.sum(), used.perOne(done));
    return done;
  }

  /**
   * The first requests of idle tenants wait for the database, so they are made side by side. They use up the free tokens, so
   * that what follows is paid with money, whoever pays.
   */
  private void touch(List<Payer> some) throws InterruptedException {
    try (var threads = Executors.newFixedThreadPool(16)) {
      threads.invokeAll(some.stream().<Callable<Void>>map(payer -> () -> {
        Instant now = Instant.now();
        hold(payer, now, FREE_TOKENS).settle(consumption(FREE_TOKENS, 1, now)).toCompletableFuture().join();
        return null;
      }).toList());
    }
  }

  private static List<Payer> payers(int tenants, Funding funding) throws InterruptedException {
    var payers = new ArrayList<Payer>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < tenants; i++) {
        var tenant = new TenantId(UUID.randomUUID());
        payers.add(new Payer(tenant, new ProjectId(UUID.randomUUID()), new ApiKeyId(UUID.randomUUID())));
        threads.execute(() -> {
          funding.payAsYouGo(tenant, "USD", ZoneOffset.UTC, 0, Instant.now().minusSeconds(60));
          funding.topUp(tenant, "USD", 1_000_000_000_000_000_000L, "benchmark");
        });
      }
    }
    return payers;
  }

  /** Settlements that were durable in time, of clients who each ask for the next tenant's turn. */
  private long drive(List<Payer> some, Duration time) throws InterruptedException {
    var slots = new Semaphore(IN_FLIGHT);
    var done = new AtomicLong();
    var turn = new AtomicInteger();
    long end = System.nanoTime() + time.toNanos();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < CLIENTS; client++) {
        clients.execute(() -> {
          while (System.nanoTime() - end < 0) {
            slots.acquireUninterruptibly();
            settle(some.get(Math.floorMod(turn.getAndIncrement(), some.size())), slots, done);
          }
        });
      }
    }
    long inTime = done.get();
    slots.acquire(IN_FLIGHT);
    return inTime;
  }

  private void settle(Payer payer, Semaphore slots, AtomicLong done) {
    Instant now = Instant.now();
    Hold hold = hold(payer, now, 800);
    hold.extend(64);
    var consumption = consumption(800, Math.min(120, hold.coveredOutputTokens()), now);
    var _ = hold.settle(consumption).whenComplete((receipt, failure) -> {
      slots.release();
      if (failure == null) {
        done.incrementAndGet();
      }
    });
  }

  private static Consumption consumption(long inputTokens, long outputTokens, Instant now) {
    return new Consumption(Usage.of(inputTokens, 300, outputTokens), Outcome.COMPLETED,
        "/v1/chat/completions", "backend-1", now, now);
  }

  private Hold hold(Payer payer, Instant now, long inputTokens) {
    var request = new HoldRequest(Request.idAt(now), payer, "deepseek-v3", "eu", inputTokens, 64, now,
        now.plusSeconds(600));
    while (true) {
      switch (funds.reservations().hold(request)) {
        case Admission.Held held -> {
          return held.hold();
        }
        case Admission.Refused refused -> {
          if (refused.reason() != Refusal.UNAVAILABLE) {
            throw new IllegalStateException("Refused: " + refused.reason());
          }
          waits.increment();
        }
      }
    }
  }

  private long percentile(List<Payer> some, int percent) {
    long[] nanos = new long[100_000];
    Instant now = Instant.now();
    for (int i = 0; i < nanos.length; i++) {
      Payer payer = some.get(i % some.size());
      long from = System.nanoTime();
      Hold hold = hold(payer, now, 800);
      nanos[i] = System.nanoTime() - from;
      hold.release();
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 100 * percent];
  }

  @Override
  public void close() {
    funds.drain(Duration.ofSeconds(30));
    settlements.stop(Duration.ofSeconds(10));
    poster.stop();
    rollUps.stop();
    while (rollUps.foldSettledBefore(Instant.MAX) > 0) {
      System.out.println("folding the rest of the usage into the roll-ups");
    }
    funds.stop();
    System.out.println("differences once all is posted: " + new Reconciliation(pool).differences().size());
    settling.close();
    funding.close();
    pool.close();
  }
}
