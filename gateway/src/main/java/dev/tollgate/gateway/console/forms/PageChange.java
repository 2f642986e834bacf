package dev.tollgate.gateway.console.forms;

import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.console.access.PageInterceptor;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.gateway.management.changes.AuditLog;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** The change that a form makes, to be recorded by who makes it. */
public final class PageChange {

  private static final String RECORDED = PageChange.class.getName();

  private final AuditLog log;
  private final HttpServletRequest request;

  PageChange(AuditLog log, HttpServletRequest request) {
    this.log = log;
    this.request = request;
  }

  /**
   * Records what was changed, of the tenant that the path names if it names one.
   *
   * @param action what was done to what kind of thing, as {@code api-key.revoke}
   * @param subject the id of the thing
   * @param before what was shown of it before; null if it was not there
   * @param after what is shown of it now, without secrets; null if it is gone
   */
  public void record(String action, Object subject, @Nullable Object before, @Nullable Object after) {
    Tenant tenant = PageInterceptor.tenantOf(request);
    recordFor(tenant == null ? null : tenant.id(), action, subject, before, after);
  }

  /** Records what concerns a tenant that the path does not name. */
  public void recordFor(@Nullable TenantId tenant, String action, Object subject, @Nullable Object before,
      @Nullable Object after) {
    Visitor visitor = Visitor.current();
    log.add(RequestIds.of(request).value(),
        new AuditLog.Author(null, visitor.person().id().value(), visitor.title(tenant)), tenant,
        new AuditLog.Entry(action, subject.toString(), before, after));
    request.setAttribute(RECORDED, true);
  }

  /** How the audit log and documents name who makes the change. */
  public String author() {
    return Visitor.current().person().email();
  }

  static boolean wasRecorded(HttpServletRequest request) {
    return request.getAttribute(RECORDED) != null;
  }
}
