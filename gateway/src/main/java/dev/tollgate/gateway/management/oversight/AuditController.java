package dev.tollgate.gateway.management.oversight;

import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.AuditLog;
import dev.tollgate.gateway.management.changes.AuditLog.Recorded;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Who changed what, the newest first. */
@ManagementController
class AuditController {

  private final AuditLog log;

  AuditController(AuditLog log) {
    this.log = log;
  }

  @GetMapping("/audit-log")
  Page<Recorded> all(PageRequest page, @RequestParam(required = false) @Nullable UUID tenant,
      @RequestParam(required = false) @Nullable String action) {
    return list(page, tenant == null ? null : new TenantId(tenant), action);
  }

  @GetMapping("/tenants/{tenant}/audit-log")
  Page<Recorded> ofTenant(Tenant tenant, PageRequest page,
      @RequestParam(required = false) @Nullable String action) {
    return list(page, tenant.id(), action);
  }

  private Page<Recorded> list(PageRequest page, @Nullable TenantId tenant, @Nullable String action) {
    return page.page(log.list(tenant, action, page.afterNumber(), page.limitAndOne()), Function.identity(),
        Recorded::id);
  }
}
