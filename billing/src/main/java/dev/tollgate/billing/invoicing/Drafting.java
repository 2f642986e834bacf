package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.servicelevels.MeasuredServiceLevels;
import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.UUID;

/** Writes drafts from the sums of a close. The transaction is the caller's. */
final class Drafting {

  private final JdbcDraftStore drafts;
  private final JdbcUsageSums sums;
  private final JdbcTotalsStore totals;
  private final Shortfalls shortfalls;
  private final MeasuredServiceLevels serviceLevels;

  Drafting(JdbcDraftStore drafts, JdbcUsageSums sums, JdbcTotalsStore totals, Shortfalls shortfalls,
      MeasuredServiceLevels serviceLevels) {
    this.drafts = drafts;
    this.sums = sums;
    this.totals = totals;
    this.shortfalls = shortfalls;
    this.serviceLevels = serviceLevels;
  }

  /** Writes the drafts of one tenant anew, from usage as its period was cut. */
  void redraft(long close, TenantId tenant) {
    drafts.discard(tenant, close);
    draft(close, List.of(tenant));
  }

  /** Writes drafts for tenants that have none yet. */
  void draft(long close, List<TenantId> tenants) {
    sums.sum(close, tenants);
    serviceLevels.settle(close, tenants);
    List<UUID> written = drafts.draft(close, tenants, shortfalls.of(close, tenants));
    totals.settle(written);
    sums.clear(close, tenants);
  }
}
