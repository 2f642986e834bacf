package dev.tollgate.gateway.management.oversight;

import dev.tollgate.billing.reconciliation.Reconciliation;
import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Kept;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Listed;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.SortKey;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;

/** The books, compared with each other. */
@ManagementController
class ReconciliationController {

  private static final int MOST_SHOWN = 100;

  private final Reconciliation reconciliation;
  private final ReconciliationRuns runs;
  private final Cards cards;

  ReconciliationController(Reconciliation reconciliation, ReconciliationRuns runs, Cards cards) {
    this.reconciliation = reconciliation;
    this.runs = runs;
    this.cards = cards;
  }

  /**
   * Two sums that should be the same.
   *
   * @param tenant whose sums, or null if those over all tenants are meant
   * @param unit a currency, counted in 10^-12 of it; TOKEN; or PACK, in thousandths of a pack token
   */
  record Difference(@Nullable UUID tenant, String check, String unit, String expected, String found) {

    static Difference of(Reconciliation.Difference one) {
      TenantId tenant = one.tenant();
      return new Difference(tenant == null ? null : tenant.value(), one.check(), one.unit(),
          one.expected().toString(), one.found().toString());
    }
  }

  /** The sums over all tenants in one unit: used = posted + pending, and balances = entered. */
  record ReconciledTotal(String unit, String used, String posted, String pending, String balances,
      String entered) {

    static ReconciledTotal of(ReconciliationRuns.Total total) {
      return new ReconciledTotal(total.unit(), total.used().toString(), total.posted().toString(),
          total.pending().toString(), total.balances().toString(), total.entered().toString());
    }
  }

  /** {@code differences} counts all; a hundred of them are {@code shown}. */
  record ReconciliationRun(Instant startedAt, long millis, int differences, List<Difference> shown,
      List<ReconciledTotal> totals) {

    static ReconciliationRun of(Kept run, List<Listed> shown) {
      return new ReconciliationRun(run.startedAt(), run.took().toMillis(), run.differences(),
          shown.stream().map(listed -> Difference.of(listed.difference())).toList(),
          run.totals().stream().map(ReconciledTotal::of).toList());
    }
  }

  /** Reads one snapshot of the whole ledger: not for every minute. */
  @GetMapping("/reconciliation")
  Page<Difference> differences(PageRequest page) {
    return page.sorted(reconciliation.differences(), Difference::of,
        one -> SortKey.of(String.valueOf(one.tenant()), one.check(), one.unit()));
  }

  /** Runs happen by themselves, on one instance at a time. */
  @GetMapping("/reconciliation/latest")
  ResponseEntity<ReconciliationRun> latest() {
    return runs.latest()
        .map(run -> cards.ok(ReconciliationRun.of(run,
            runs.differences(run, Slice.first(ReconciliationRuns.Order.CHECK, false, MOST_SHOWN)))))
        .orElseThrow(() -> Rejection.notFound("reconciliation that was kept"));
  }
}
