package dev.tollgate.gateway.embedded;

import dev.tollgate.billing.Funding;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.EnumSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tenant to try things with: pay-as-you-go with its free allowance and a small balance. Each step looks for what an
 * earlier start, perhaps killed half way, has done already.
 */
final class DemoTenant {

  static final String SLUG = "demo";

  private static final Logger log = LoggerFactory.getLogger(DemoTenant.class);
  private static final String PROJECT = "default";
  private static final String CURRENCY = "USD";
  private static final long FIVE_DOLLARS_PICO = 5_000_000_000_000L;

  private final Tenants tenants;
  private final Projects projects;
  private final ApiKeys keys;
  private final Funding funding;
  private final Clock clock;

  DemoTenant(Tenants tenants, Projects projects, ApiKeys keys, Funding funding, Clock clock) {
    this.tenants = tenants;
    this.projects = projects;
    this.keys = keys;
    this.funding = funding;
    this.clock = clock;
  }

  /** Brings the tenant about, as far as it is missing. */
  void establish() {
    TenantId tenant = tenant();
    project(tenant);
    try {
      funding.payAsYouGo(tenant, CURRENCY, ZoneOffset.UTC, 0, clock.instant());
    } catch (IllegalStateException e) {
      log.debug("The demo tenant has its contract already", e);
    }
    funding.topUp(tenant, CURRENCY, FIVE_DOLLARS_PICO, "demo-top-up");
  }

  /** A new key of the tenant, good for everything. */
  String issueKey() {
    TenantId tenant = tenant();
    return keys.issue(tenant, project(tenant).id(), "demo", EnumSet.allOf(Scope.class), null).secret();
  }

  private TenantId tenant() {
    return tenants.findBySlug(SLUG).map(Tenant::id)
        .orElseGet(() -> tenants.create(SLUG, "Demo").id());
  }

  private Project project(TenantId tenant) {
    return projects.list(tenant).stream().filter(project -> project.name().equals(PROJECT)).findFirst()
        .orElseGet(() -> projects.create(tenant, PROJECT));
  }
}
