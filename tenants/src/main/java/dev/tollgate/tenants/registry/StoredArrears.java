package dev.tollgate.tenants.registry;

import dev.tollgate.tenants.Arrears;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Arrears as a column of the tenant. */
@Component
class StoredArrears implements Arrears {

  private final JdbcClient jdbc;
  private final Clock clock;

  StoredArrears(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public boolean refuse(TenantId tenant) {
    return jdbc.sql("UPDATE tenants.tenant SET overdue_since = :now WHERE id = :id AND overdue_since IS NULL")
        .param("now", clock.instant().atOffset(ZoneOffset.UTC)).param("id", tenant.value()).update() == 1;
  }

  @Override
  public boolean accept(TenantId tenant) {
    return jdbc
        .sql("UPDATE tenants.tenant SET overdue_since = NULL WHERE id = :id AND overdue_since IS NOT NULL")
        .param("id", tenant.value()).update() == 1;
  }

  @Override
  public List<TenantId> refused() {
    return jdbc.sql("SELECT id FROM tenants.tenant WHERE overdue_since IS NOT NULL ORDER BY id")
        .query(UUID.class)
        .list().stream().map(TenantId::new).toList();
  }
}
