package dev.tollgate.gateway.management.changes;

import dev.tollgate.gateway.api.RequestIds;
import dev.tollgate.gateway.management.access.AccessInterceptor;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** The change that a request makes, to be recorded by who makes it. */
public final class Change {

  private static final String RECORDED = Change.class.getName();

  private final AuditLog log;
  private final HttpServletRequest request;

  Change(AuditLog log, HttpServletRequest request) {
    this.log = log;
    this.request = request;
  }

  /**
   * Records what was changed.
   *
   * @param action what was done to what kind of thing, as {@code api-key.revoke}
   * @param subject the id of the thing
   * @param before what was shown of it before; null if it was not there
   * @param after what is shown of it now, without secrets; null if it is gone
   */
  public void record(String action, Object subject, @Nullable Object before, @Nullable Object after) {
    Tenant tenant = AccessInterceptor.tenantOf(request);
    recordFor(tenant == null ? null : tenant.id(), action, subject, before, after);
  }

  /** Records what concerns a tenant that the path does not name. */
  public void recordFor(@Nullable TenantId tenant, String action, Object subject, @Nullable Object before,
      @Nullable Object after) {
    log.add(RequestIds.of(request).value(), AuditLog.Author.of(Actor.current()), tenant,
        new AuditLog.Entry(action, subject.toString(), before, after));
    request.setAttribute(RECORDED, true);
  }

  /** What was asked for had been done before: nothing was changed, and nothing is recorded. */
  public void none() {
    request.setAttribute(RECORDED, true);
  }

  static boolean wasRecorded(HttpServletRequest request) {
    return request.getAttribute(RECORDED) != null;
  }
}
