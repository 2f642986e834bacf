package dev.tollgate.gateway.console.access;

import dev.tollgate.gateway.console.PageException;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** Asks the table before a page's controller runs, and finds the tenant that the path names. */
public final class PageInterceptor implements HandlerInterceptor {

  /** How long a proof of being there counts. */
  private static final Duration PROOF = Duration.ofMinutes(15);
  // As the management API leaves it for its own argument resolver, which serves pages too.
  private static final String TENANT = Tenant.class.getName();

  private final Tenants tenants;
  private final Clock clock;

  public PageInterceptor(Tenants tenants, Clock clock) {
    this.tenants = tenants;
    this.clock = clock;
  }

  /** The tenant that the path names; null where it names none. */
  public static @Nullable Tenant tenantOf(HttpServletRequest request) {
    return (Tenant) request.getAttribute(TENANT);
  }

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws IOException {
    if (!(handler instanceof HandlerMethod)) {
      return true;
    }
    String pattern = String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
    if (pattern.endsWith("/**")) {
      throw new PageException.NotFound();
    }
    String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
    Visitor visitor = Visitor.current();
    if (pattern.startsWith("/account")) {
      return isHarmless(method, pattern) || isProved(visitor) || askForProof(request, response);
    }
    PageAccess access = PageTable.of(method + " " + pattern)
        .orElseThrow(() -> new IllegalStateException("The table of pages has no row for " + pattern));
    Optional<TenantId> named = namedTenant(request);
    if (pattern.startsWith("/portal/")) {
      TenantId tenant = named.orElseThrow(PageException.NotFound::new);
      MemberRole role = visitor.roleIn(tenant).orElseThrow(PageException.NotFound::new);
      require(access.members().contains(role));
    } else {
      OperatorRole role = visitor.operatorRole();
      // Who is nobody of the operator's learns nothing about the console.
      if (role == null) {
        throw new PageException.NotFound();
      }
      require(access.operators().contains(role));
    }
    named.ifPresent(id -> request.setAttribute(TENANT,
        tenants.find(id).orElseThrow(PageException.NotFound::new)));
    return !access.dangerous() || isProved(visitor) || askForProof(request, response);
  }

  /** Of a person's own settings: looking at them, and ending a session. */
  private static boolean isHarmless(String method, String pattern) {
    return (method.equals("GET") && pattern.equals("/account")) || pattern.endsWith("/end");
  }

  private static void require(boolean allowed) {
    if (!allowed) {
      throw new PageException.Forbidden();
    }
  }

  private boolean isProved(Visitor visitor) {
    return visitor.session().confirmedAt().isAfter(clock.instant().minus(PROOF));
  }

  /** Leads back to the page with the form, where the browser still has what was typed. */
  private static boolean askForProof(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.sendRedirect(
        "/sign-in/confirm?next=" + URLEncoder.encode(Return.of(request), StandardCharsets.UTF_8));
    return false;
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
      throw new PageException.NotFound();
    }
  }
}
