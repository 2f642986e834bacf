package dev.tollgate.billing.funds;

import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Standing;
import dev.tollgate.tenants.TenantId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of this instance and all that it leases under it. It fences itself: past its end, told by the monotonic
 * clock alone, nothing more may be held on these leases, since others may be taking them back.
 */
final class Tenure {

  private final long epoch;
  private final AtomicLong exchanges = new AtomicLong();
  private final ConcurrentHashMap<TenantId, TenantShare> shares = new ConcurrentHashMap<>();
  private volatile long untilNanos;
  private volatile boolean databaseAway;

  Tenure(long epoch, long untilNanos) {
    this.epoch = epoch;
    this.untilNanos = untilNanos;
  }

  long epoch() {
    return epoch;
  }

  /** The number of an exchange with the database that is about to begin: its accounts have no other under way. */
  long nextExchange() {
    return exchanges.incrementAndGet();
  }

  /**
   * Asks what became of exchanges of shares whose answers were lost, if there are any; by whoever has their turns with the
   * database, and before anything more is exchanged: what is granted or returned then comes on top of what is known.
   */
  void clarify(Collection<TenantShare> shares, Leases leases) {
    List<TenantShare> doubtful = shares.stream().filter(TenantShare::isInDoubt).toList();
    List<Long> accounts = doubtful.stream().flatMap(share -> share.accounts().stream()).toList();
    Map<Long, Standing> standings = accounts.isEmpty() ? Map.of()
        : leases.supersede(epoch, nextExchange(), accounts).stream()
            .collect(Collectors.toMap(Standing::account, Function.identity()));
    doubtful.forEach(share -> share.correct(standings));
  }

  void extend(long toNanos) {
    untilNanos = toNanos;
    databaseAway = false;
  }

  /** Extends it although it was not renewed, because the database does not answer. */
  void workOn(long toNanos) {
    untilNanos = toNanos;
    databaseAway = true;
  }

  /** Whether the database did not answer lately: what it would be given back might be missed before it is there. */
  boolean isDatabaseAway() {
    return databaseAway;
  }

  boolean isInForceAt(long nanos) {
    return untilNanos - nanos > 0;
  }

  /** A tenant's share, entered: the caller leaves it. */
  TenantShare enter(TenantId tenant) {
    while (true) {
      TenantShare known = shares.get(tenant);
      TenantShare share = known != null ? known : shares.computeIfAbsent(tenant, TenantShare::new);
      if (share.enter()) {
        return share;
      }
    }
  }

  /** Forgets the shares that were not visited for so many ticks and have nothing, so that memory stays bounded. */
  void forgetIdle(int afterTicks) {
    for (TenantShare idle : shares.values()) {
      if (idle.isUnvisitedFor(afterTicks)) {
        shares.computeIfPresent(idle.tenant(), (tenant, share) -> share.retire(afterTicks) ? null : share);
      }
    }
  }

  /** The share of a tenant that has asked for something under this tenure, or null. */
  @Nullable
  TenantShare known(TenantId tenant) {
    return shares.get(tenant);
  }

  Collection<TenantShare> shares() {
    return shares.values();
  }
}
