package dev.tollgate.gateway.management.oversight;

import dev.tollgate.billing.reconciliation.Reconciliation;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.tenants.TenantId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;

/** The books, compared with each other. */
@ManagementController
class ReconciliationController {

  private final Reconciliation reconciliation;

  ReconciliationController(Reconciliation reconciliation) {
    this.reconciliation = reconciliation;
  }

  /**
   * Two sums that should be the same.
   *
   * @param tenant whose sums, or null if those over all tenants are meant
   * @param unit a currency, counted in 10^-12 of it; TOKEN; or PACK, in thousandths of a pack token
   */
  record Difference(@Nullable UUID tenant, String check, String unit, String expected, String found) {}

  /** Reads one snapshot of the whole ledger: not for every minute. */
  @GetMapping("/reconciliation")
  Page<Difference> differences() {
    return Page.whole(reconciliation.differences().stream()
        .map(one -> new Difference(id(one.tenant()), one.check(), one.unit(), one.expected().toString(),
            one.found().toString()))
        .toList());
  }

  private static @Nullable UUID id(@Nullable TenantId tenant) {
    return tenant == null ? null : tenant.value();
  }
}
