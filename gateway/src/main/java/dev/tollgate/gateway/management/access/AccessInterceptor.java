package dev.tollgate.gateway.management.access;

import dev.tollgate.gateway.management.problems.RejectedException;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import dev.tollgate.tenants.Tokens.Holder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Asks the table before a controller runs, and finds the tenant that the path names. A change of a tenant waits for others
 * of the same tenant, so that what it checks is still so when it changes it.
 */
public final class AccessInterceptor implements HandlerInterceptor {

  private static final String PREFIX = "/api/v1";
  private static final String TENANT = Tenant.class.getName();
  private static final Set<String> READING = Set.of("GET", "HEAD");

  private final Tenants tenants;
  private final JdbcClient jdbc;

  public AccessInterceptor(Tenants tenants, JdbcClient jdbc) {
    this.tenants = tenants;
    this.jdbc = jdbc;
  }

  /** The tenant that the path names; null where it names none. */
  public static @Nullable Tenant tenantOf(HttpServletRequest request) {
    return (Tenant) request.getAttribute(TENANT);
  }

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (!(handler instanceof HandlerMethod) || isOpen(request)) {
      return true;
    }
    Actor actor = Actor.current();
    Access access = access(request);
    Optional<TenantId> named = namedTenant(request);
    if (named.isPresent() && !actor.sees(named.get())) {
      throw Rejection.notFound("tenant " + named.get());
    }
    if (!mayCall(actor, access)) {
      throw new RejectedException(new Rejection.Forbidden(actor.roleName(), access.title()));
    }
    named.ifPresent(tenant -> request.setAttribute(TENANT, found(request, tenant)));
    return true;
  }

  private static boolean isOpen(HttpServletRequest request) {
    return request.getMethod().equals(HttpMethod.OPTIONS.name())
        || Set.of(OpenPaths.DOCUMENT, OpenPaths.PAGE).contains(request.getRequestURI());
  }

  private static Access access(HttpServletRequest request) {
    String method = request.getMethod().equals(HttpMethod.HEAD.name()) ? "GET" : request.getMethod();
    String pattern = String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
    String endpoint = method + " " + pattern.substring(PREFIX.length());
    return AccessTable.of(endpoint)
        .orElseThrow(() -> new IllegalStateException("The table of access has no row for " + endpoint));
  }

  private static boolean mayCall(Actor actor, Access access) {
    return switch (actor.holder()) {
      case Holder.Operator(var role) -> access.operators().contains(role);
      case Holder.Member(_, var role) -> access.members().contains(role);
    };
  }

  @SuppressWarnings("unchecked")
  private static Optional<TenantId> namedTenant(HttpServletRequest request) {
    var variables = (Map<String, String>) request
        .getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
    String id = variables == null ? null : variables.get("tenant");
    if (id == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new TenantId(UUID.fromString(id)));
    } catch (IllegalArgumentException e) {
      throw Rejection.notFound("tenant of this id");
    }
  }

  private Tenant found(HttpServletRequest request, TenantId id) {
    if (!READING.contains(request.getMethod())) {
      jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('gateway.management:' || :tenant, 0))")
          .param("tenant", id.toString()).query((row, number) -> 0).list();
    }
    return tenants.find(id).orElseThrow(() -> Rejection.notFound("tenant " + id));
  }
}
