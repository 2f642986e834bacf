package dev.tollgate.tenants.registry;

import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Projects.Order;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of projects; every statement names the tenant. */
@Component
class JdbcProjectStore {

  private static final String SELECT = """
      SELECT tenant_id, id, name, created_at, version FROM tenants.project WHERE tenant_id = :tenant
      """;

  private final JdbcClient jdbc;

  JdbcProjectStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void insert(Project project) {
    jdbc.sql("""
        INSERT INTO tenants.project (id, tenant_id, name, created_at, version)
        VALUES (:id, :tenant, :name, :createdAt, :version)
        """).param("id", project.id().value()).param("tenant", project.tenant().value())
        .param("name", project.name()).param("createdAt", project.createdAt().atOffset(ZoneOffset.UTC))
        .param("version", project.version()).update();
  }

  List<Project> list(TenantId tenant) {
    return jdbc.sql(SELECT + " ORDER BY id").param("tenant", tenant.value())
        .query((row, number) -> project(row)).list();
  }

  List<Project> list(TenantId tenant, Slice<Order> slice) {
    return SliceQuery.of(SELECT, IdKind.UUID, "id").searching("name")
        .ask(jdbc, slice, switch (slice.order()) {
          case NAME -> "lower(name)";
          case CREATED -> "created_at";
        }).param("tenant", tenant.value()).query((row, number) -> project(row)).list();
  }

  Optional<Project> find(TenantId tenant, ProjectId id) {
    return jdbc.sql(SELECT + " AND id = :id").param("tenant", tenant.value()).param("id", id.value())
        .query((row, number) -> project(row)).optional();
  }

  long count(TenantId tenant) {
    return jdbc.sql("SELECT count(*) FROM tenants.project WHERE tenant_id = :tenant")
        .param("tenant", tenant.value()).query(Long.class).single();
  }

  boolean rename(TenantId tenant, ProjectId id, String name, int version) {
    return jdbc.sql("""
        UPDATE tenants.project SET name = :name, version = version + 1
        WHERE tenant_id = :tenant AND id = :id AND version = :version
        """).param("name", name).param("tenant", tenant.value()).param("id", id.value())
        .param("version", version).update() == 1;
  }

  private static Project project(ResultSet row) throws SQLException {
    return new Project(new TenantId(row.getObject("tenant_id", UUID.class)),
        new ProjectId(row.getObject("id", UUID.class)), row.getString("name"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(), row.getInt("version"));
  }
}
