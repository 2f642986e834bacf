package dev.tollgate.billing.funds;

import dev.tollgate.billing.Reservations;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.billing.settlement.Settlements;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This instance's share of all tenants' funds: the reservations, and what keeps their leases alive. */
public final class Funds {

  /** What the database announces another instance's shortage under; the detail is the tenant. */
  public static final String RECALL_TOPIC = "recall";

  private static final Logger log = LoggerFactory.getLogger(Funds.class);
  private static final int BEATS_PER_LIFE = 5;

  private final FundsSettings settings;
  private final Membership membership;
  private final Refills refills;
  private final LeasedReservations reservations;
  private final ExecutorService fetches;
  private @Nullable ScheduledExecutorService beats;
  private @Nullable ScheduledExecutorService ticks;

  /**
   * Assembles the funds of one instance; it admits nothing before {@link #start}.
   *
   * @param instance this process, for people who look into the database
   * @param nanos a monotonic clock
   */
  public Funds(UUID instance, Leases leases, Accounts accounts, Catalogue catalogue, Contracts contracts,
      Settlements settlements, FundsSettings settings, Clock clock, LongSupplier nanos) {
    this.settings = settings;
    this.membership = new Membership(instance, leases, settings, nanos);
    this.refills = new Refills(leases, settings);
    this.fetches = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("funds-", 0).factory());
    var supply = new Supply(leases, accounts, settings, fetches, nanos);
    this.reservations = new LeasedReservations(catalogue, contracts, membership, supply, settlements,
        settings,
        clock);
  }

  public Reservations reservations() {
    return reservations;
  }

  /** Holds that are open or wait for their settlement. */
  public int openHolds() {
    return reservations.open();
  }

  /** Registers this instance and keeps it registered. If the database is away, it goes on trying. */
  public void start() {
    beat();
    long beatMillis = settings.timeToLive().toMillis() / BEATS_PER_LIFE;
    beats = timer("funds-heartbeat", this::beat, beatMillis);
    ticks = timer("funds-refill", this::tick, settings.tick().toMillis());
  }

  /** Waits until all holds have ended and are settled, for at most the given time. */
  public void drain(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (openHolds() > 0 && System.nanoTime() - deadline < 0) {
      pause();
    }
  }

  /** Admits nothing from now on and gives every share back. */
  public void stop() {
    stopTimers();
    membership.retire();
    fetches.shutdown();
  }

  /** Goes silent, as a crash would. */
  void stopTimers() {
    stop(ticks);
    stop(beats);
  }

  /** Takes another instance's shortage of a tenant's funds to heart. */
  public void recalled(String tenant) {
    Tenure tenure = membership.tenure();
    if (tenure != null) {
      TenantShare share = tenure.known(new TenantId(UUID.fromString(tenant)));
      if (share != null) {
        fetches.execute(() -> refills.recall(tenure, share));
      }
    }
  }

  /** One heartbeat and a look for dead instances. */
  void beat() {
    membership.beat();
    membership.reclaim();
  }

  /** One measure of demand, with the refills and returns that follow from it. */
  void tick() {
    Tenure tenure = membership.tenure();
    if (tenure != null) {
      refills.tick(tenure);
    }
  }

  private static ScheduledExecutorService timer(String name, Runnable task, long everyMillis) {
    var timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(name).factory());
    var _ = timer.scheduleWithFixedDelay(() -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("{} failed and goes on", name, e);
      }
    }, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    return timer;
  }

  private static void stop(@Nullable ScheduledExecutorService timer) {
    if (timer != null) {
      timer.shutdown();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
