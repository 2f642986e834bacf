package dev.tollgate.billing.funds;

import dev.tollgate.billing.Reservations;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Recall;
import dev.tollgate.billing.ledger.Openings;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.scheduling.Scheduling.Timer;
import dev.tollgate.billing.settlement.Settlements;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** This instance's share of all tenants' funds: the reservations, and what keeps their leases alive. */
public final class Funds {

  /** What the database announces another instance's shortage under; the detail is the tenant and the recall's number. */
  public static final String RECALL_TOPIC = "recall";

  private static final int BEATS_PER_LIFE = 5;
  private static final Duration DRAIN_PAUSE = Duration.ofMillis(20);

  private final Leases leases;
  private final FundsSettings settings;
  private final Membership membership;
  private final Refills refills;
  private final LeasedReservations reservations;
  private final Scheduling scheduling;
  private @Nullable Timer beats;
  private @Nullable Timer ticks;

  /**
   * Assembles the funds of one instance; it admits nothing before {@link #start}.
   *
   * @param instance this process, for people who look into the database
   * @param clock of this machine, as far as its users know
   * @param scheduling with the monotonic clock that leases are judged by
   */
  public Funds(UUID instance, Leases leases, Openings accounts, Catalogue catalogue, Contracts contracts,
      Settlements settlements, FundsSettings settings, Clock clock, Scheduling scheduling) {
    this.leases = leases;
    this.settings = settings;
    this.membership = new Membership(instance, leases, settings, scheduling);
    this.refills = new Refills(leases, settings, scheduling);
    this.scheduling = scheduling;
    var supply = new Supply(leases, accounts, settings, scheduling);
    this.reservations = new LeasedReservations(catalogue, contracts, membership, supply, settlements,
        settings, clock, scheduling);
  }

  public Reservations reservations() {
    return reservations;
  }

  /** Holds that are open or wait for their settlement. */
  public int openHolds() {
    return reservations.open();
  }

  Membership membership() {
    return membership;
  }

  /** Tenants whose funds this instance has shares of, or had lately. */
  public int tenants() {
    Tenure tenure = membership.tenure();
    return tenure == null ? 0 : tenure.shares().size();
  }

  /** Registers this instance and keeps it registered. If the database is away, it goes on trying. */
  public void start() {
    beat();
    beats = scheduling.every("funds-heartbeat", settings.timeToLive().dividedBy(BEATS_PER_LIFE), () -> {
      membership.beat();
      scheduling.start(membership::reclaim);
    });
    ticks = scheduling.every("funds-refill", settings.tick(), this::tick);
  }

  /** Waits until all holds have ended and are settled, for at most the given time. */
  public void drain(Duration atMost) {
    long deadline = scheduling.nanos() + atMost.toNanos();
    while (openHolds() > 0 && scheduling.nanos() - deadline < 0) {
      scheduling.pause(DRAIN_PAUSE);
    }
  }

  /** Admits nothing from now on and gives every share back. */
  public void stop() {
    stopTimers();
    membership.retire();
  }

  /** Goes silent, as a crash would. */
  void stopTimers() {
    stop(ticks);
    stop(beats);
  }

  /**
   * Takes another instance's shortage of a tenant's funds to heart.
   *
   * @param detail of the announcement, as {@link Leases#recall} makes it
   */
  public void recalled(String detail) {
    int space = detail.indexOf(' ');
    recalled(new Recall(new TenantId(UUID.fromString(detail.substring(0, space))),
        Long.parseLong(detail.substring(space + 1))));
  }

  /** Also under a tenure that is renewed too late at this moment: what it has is leased until it is reclaimed. */
  private void recalled(Recall recall) {
    Tenure registered = membership.registered();
    TenantShare share = registered == null ? null : registered.known(recall.tenant());
    if (registered != null && share != null) {
      scheduling.start(() -> refills.recall(registered, share, recall.number()));
    }
  }

  /**
   * Recalls may have been missed: what is leased here beyond a limit that was lowered is given back as after a recall. A
   * shortage of others needs no such care, since who waits for it asks again (ADR 0031).
   *
   * @throws org.springframework.dao.DataAccessException if the database cannot be asked
   */
  public void recallMissed() {
    Tenure registered = membership.registered();
    if (registered != null) {
      leases.recallOverleased(registered.epoch()).forEach(this::recalled);
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
    if (tenure != null && !tenure.isDatabaseAway()) {
      refills.tick(tenure);
    }
  }

  private static void stop(@Nullable Timer timer) {
    if (timer != null) {
      timer.stop();
    }
  }
}
