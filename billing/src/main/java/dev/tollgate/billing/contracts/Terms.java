package dev.tollgate.billing.contracts;

import dev.tollgate.tenants.TenantId;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What may change about a tenant's billing at any time. The database announces it like a change of contract. */
public final class Terms {

  private final JdbcClient jdbc;

  public Terms(DataSource database) {
    this.jdbc = JdbcClient.create(database);
  }

  /** Makes all instances look up the tenant's funds again before they next draw on them. */
  public void fundsChanged(TenantId tenant) {
    jdbc.sql("""
        INSERT INTO billing.terms AS t (tenant_id, revision) VALUES (:tenant, 1)
        ON CONFLICT (tenant_id) DO UPDATE SET revision = t.revision + 1
        """).param("tenant", tenant.value()).update();
  }

  public void packsFallThrough(TenantId tenant, boolean allowed) {
    jdbc.sql("""
        INSERT INTO billing.terms (tenant_id, packs_fall_through) VALUES (:tenant, :allowed)
        ON CONFLICT (tenant_id) DO UPDATE SET packs_fall_through = excluded.packs_fall_through
        """).param("tenant", tenant.value()).param("allowed", allowed).update();
  }

  public boolean packsFallThrough(TenantId tenant) {
    return jdbc.sql("SELECT packs_fall_through FROM billing.terms WHERE tenant_id = :tenant")
        .param("tenant", tenant.value()).query(Boolean.class).optional().orElse(true);
  }
}
