package dev.tollgate.billing;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.HoldRequest;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.contracts.ContractFunding;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.funds.Funds;
import dev.tollgate.billing.funds.FundsSettings;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.billing.reconciliation.Reconciliation;
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
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Settlements per second with every commit flushed, and the time of a hold in memory. Run by hand:
 * {@code SettlementBenchmark [seconds] [writers] [batch]}.
 */
public final class SettlementBenchmark {

  private static final int IN_FLIGHT = 20_000;

  private SettlementBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    int writers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    int batch = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2_000;
    for (int tenants : new int[]{1, 1_000}) {
      run(tenants, seconds, writers, batch);
    }
    System.exit(0);
  }

  private static void run(int tenants, int seconds, int writers, int batch) throws Exception {
    TestPostgres.Database database = TestPostgres.migrated();
    try (var pool = database.pool(4); var funding = database.pool(4); var settling = database.pool(writers)) {
      var catalogue = new Catalogue(pool);
      var contracts = new Contracts(pool);
      catalogue.refresh();
      var settlements = new SettlementWriters(settling, writers, batch);
      var funds = new Funds(UUID.randomUUID(), Leases.inDatabase(funding), new Accounts(funding), catalogue,
          contracts, settlements, FundsSettings.DEFAULT, Clock.systemUTC(),
          Scheduling.onThreads(System::nanoTime));
      settlements.start();
      funds.start();
      List<Payer> payers = payers(tenants,
          new ContractFunding(pool, contracts, catalogue, new Accounts(pool), Clock.systemUTC()));
      payers.forEach(payer -> settle(funds, payer, new Semaphore(1), new AtomicLong()));
      drive(funds, payers, 3);
      long done = drive(funds, payers, seconds);
      funds.drain(Duration.ofSeconds(30));
      System.out.printf(
          "%d tenants, %d writers, batches to %d: %,d settlements/s, hold median %,d ns, p99 %,d ns%n",
          tenants, writers, batch, done / seconds, percentile(funds, payers, 50),
          percentile(funds, payers, 99));
      var differences = new Reconciliation(pool).differences();
      System.out.println("differences in the books: " + differences.size());
      settlements.stop(Duration.ofSeconds(10));
      funds.stop();
    }
  }

  private static List<Payer> payers(int tenants, Funding funding) {
    var payers = new ArrayList<Payer>();
    for (int i = 0; i < tenants; i++) {
      var tenant = new TenantId(UUID.randomUUID());
      funding.payAsYouGo(tenant, "USD", ZoneOffset.UTC, 0, Instant.now().minusSeconds(60));
      funding.topUp(tenant, "USD", 1_000_000_000_000_000_000L, "benchmark");
      payers.add(new Payer(tenant, new ProjectId(UUID.randomUUID()), new ApiKeyId(UUID.randomUUID())));
    }
    return payers;
  }

  private static long drive(Funds funds, List<Payer> payers, int seconds) throws InterruptedException {
    var slots = new Semaphore(IN_FLIGHT);
    var done = new AtomicLong();
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    for (int i = 0; System.nanoTime() - end < 0; i++) {
      slots.acquire();
      settle(funds, payers.get(i % payers.size()), slots, done);
    }
    return done.get();
  }

  private static void settle(Funds funds, Payer payer, Semaphore slots, AtomicLong done) {
    Instant now = Instant.now();
    Hold hold = hold(funds, payer, now);
    hold.extend(64);
    var _ = hold
        .settle(
            new Consumption(Usage.of(800, 300, 120), Outcome.COMPLETED, "/v1/chat/completions", "backend-1",
                now, now))
        .whenComplete((receipt, failure) -> {
          slots.release();
          if (failure == null) {
            done.incrementAndGet();
          }
        });
  }

  private static Hold hold(Funds funds, Payer payer, Instant now) {
    var request = new HoldRequest(Request.idAt(now), payer, "deepseek-v3", "eu", 800, 64, now,
        now.plusSeconds(600));
    return switch (funds.reservations().hold(request)) {
      case Admission.Held held -> held.hold();
      case Admission.Refused refused -> throw new IllegalStateException("Refused: " + refused.reason());
    };
  }

  private static long percentile(Funds funds, List<Payer> payers, int percent) {
    long[] nanos = new long[100_000];
    Instant now = Instant.now();
    for (int i = 0; i < nanos.length; i++) {
      Payer payer = payers.get(i % payers.size());
      long from = System.nanoTime();
      Hold hold = hold(funds, payer, now);
      nanos[i] = System.nanoTime() - from;
      hold.release();
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 100 * percent];
  }
}
