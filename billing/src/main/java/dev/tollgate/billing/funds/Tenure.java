package dev.tollgate.billing.funds;

import dev.tollgate.tenants.TenantId;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of this instance and all that it leases under it. It fences itself: past its end, told by the monotonic
 * clock alone, nothing more may be held on these leases, since others may be taking them back.
 */
final class Tenure {

  private final long epoch;
  private final ConcurrentHashMap<TenantId, TenantShare> shares = new ConcurrentHashMap<>();
  private volatile long untilNanos;

  Tenure(long epoch, long untilNanos) {
    this.epoch = epoch;
    this.untilNanos = untilNanos;
  }

  long epoch() {
    return epoch;
  }

  void extend(long toNanos) {
    untilNanos = toNanos;
  }

  boolean isInForceAt(long nanos) {
    return untilNanos - nanos > 0;
  }

  TenantShare shareOf(TenantId tenant) {
    TenantShare share = shares.get(tenant);
    return share != null ? share : shares.computeIfAbsent(tenant, TenantShare::new);
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
