package dev.tollgate.tenants.registry;

import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tenants.Order;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of tenants. */
@Component
class JdbcTenantStore {

  private static final String SELECT = """
      SELECT id, slug, name, created_at, suspended_at, version FROM tenants.tenant
      """;

  private final JdbcClient jdbc;

  JdbcTenantStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void insert(Tenant tenant) {
    jdbc.sql("""
        INSERT INTO tenants.tenant (id, slug, name, created_at, version)
        VALUES (:id, :slug, :name, :createdAt, :version)
        """).param("id", tenant.id().value()).param("slug", tenant.slug()).param("name", tenant.name())
        .param("createdAt", tenant.createdAt().atOffset(ZoneOffset.UTC)).param("version", tenant.version())
        .update();
  }

  Optional<Tenant> find(TenantId id) {
    return jdbc.sql(SELECT + " WHERE id = :id").param("id", id.value())
        .query((row, number) -> tenant(row)).optional();
  }

  Optional<Tenant> findBySlug(String slug) {
    return jdbc.sql(SELECT + " WHERE slug = :slug").param("slug", slug).query((row, number) -> tenant(row))
        .optional();
  }

  List<Tenant> list(Slice<Order> slice) {
    return SliceQuery.of(SELECT, IdKind.UUID, "id").searching("slug || ' ' || name")
        .ask(jdbc, slice, switch (slice.order()) {
          case NAME -> "lower(name)";
          case SLUG -> "slug";
          case CREATED -> "created_at";
          case STATE -> "(suspended_at IS NOT NULL)";
        }).query((row, number) -> tenant(row)).list();
  }

  boolean rename(TenantId id, String name, int version) {
    return jdbc.sql("""
        UPDATE tenants.tenant SET name = :name, version = version + 1 WHERE id = :id AND version = :version
        """).param("name", name).param("id", id.value()).param("version", version).update() == 1;
  }

  void suspend(TenantId id, Instant at) {
    jdbc.sql("""
        UPDATE tenants.tenant SET suspended_at = :at, version = version + 1
        WHERE id = :id AND suspended_at IS NULL
        """).param("at", at.atOffset(ZoneOffset.UTC)).param("id", id.value()).update();
  }

  void resume(TenantId id) {
    jdbc.sql("""
        UPDATE tenants.tenant SET suspended_at = NULL, version = version + 1
        WHERE id = :id AND suspended_at IS NOT NULL
        """).param("id", id.value()).update();
  }

  private static Tenant tenant(ResultSet row) throws SQLException {
    OffsetDateTime suspended = row.getObject("suspended_at", OffsetDateTime.class);
    return new Tenant(new TenantId(row.getObject("id", UUID.class)), row.getString("slug"),
        row.getString("name"), row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(suspended), row.getInt("version"));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
    return at == null ? null : at.toInstant();
  }
}
