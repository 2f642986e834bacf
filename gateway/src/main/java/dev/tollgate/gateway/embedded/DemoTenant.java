package dev.tollgate.gateway.embedded;

import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.Projects;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants;
import java.util.EnumSet;

/** A tenant to try things with. What an earlier start made, perhaps killed half way, is found and not made again. */
final class DemoTenant {

  private static final String SLUG = "demo";
  private static final String PROJECT = "default";

  private final Tenants tenants;
  private final Projects projects;
  private final ApiKeys keys;

  DemoTenant(Tenants tenants, Projects projects, ApiKeys keys) {
    this.tenants = tenants;
    this.projects = projects;
    this.keys = keys;
  }

  /** The tenant, which is there from now on at the latest. */
  TenantId establish() {
    return tenants.findBySlug(SLUG).map(Tenant::id).orElseGet(() -> tenants.create(SLUG, "Demo").id());
  }

  /** A new key of the tenant, good for everything. */
  String issueKey() {
    TenantId tenant = establish();
    Project project = projects.list(tenant).stream().filter(one -> one.name().equals(PROJECT)).findFirst()
        .orElseGet(() -> projects.create(tenant, PROJECT));
    return keys.issue(tenant, project.id(), SLUG, EnumSet.allOf(Scope.class), null).secret();
  }
}
