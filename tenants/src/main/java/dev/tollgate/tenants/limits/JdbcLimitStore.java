package dev.tollgate.tenants.limits;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.Limits.Applied;
import dev.tollgate.tenants.Limits.Subject;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.RateLimits;
import dev.tollgate.tenants.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of limits. */
@Component
class JdbcLimitStore {

  private static final String ALL = """
      SELECT tenant_id, project_id, api_key_id, requests_per_minute, tokens_per_minute, concurrent_requests
      FROM tenants.rate_limit
      """;

  private final JdbcClient jdbc;

  JdbcLimitStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  List<Applied> all() {
    return jdbc.sql(ALL).query((row, number) -> read(row)).list();
  }

  Optional<Applied> find(UUID subject) {
    return jdbc.sql(ALL + " WHERE id = ?").param(subject).query((row, number) -> read(row)).optional();
  }

  boolean exists(Subject subject) {
    String table = switch (subject) {
      case Subject.OfTenant _ -> "SELECT EXISTS (SELECT FROM tenants.tenant WHERE id = ? AND id = ?)";
      case Subject.OfProject _ ->
        "SELECT EXISTS (SELECT FROM tenants.project WHERE tenant_id = ? AND id = ?)";
      case Subject.OfKey _ -> "SELECT EXISTS (SELECT FROM tenants.api_key WHERE tenant_id = ? AND id = ?)";
    };
    return jdbc.sql(table).params(subject.tenant().value(), subject.id()).query(Boolean.class).single();
  }

  /** Returns false if there is no such subject. */
  boolean put(Subject subject, RateLimits limits) {
    try {
      // A row that is there is not checked against the foreign keys again, so it must be of this very subject.
      return jdbc.sql("""
          INSERT INTO tenants.rate_limit AS l (tenant_id, project_id, api_key_id, requests_per_minute,
            tokens_per_minute, concurrent_requests)
          VALUES (:tenant, :project, :key, :requests, :tokens, :concurrent)
          ON CONFLICT (id) DO UPDATE SET requests_per_minute = excluded.requests_per_minute,
            tokens_per_minute = excluded.tokens_per_minute, concurrent_requests = excluded.concurrent_requests
          WHERE (l.tenant_id, l.project_id, l.api_key_id)
            IS NOT DISTINCT FROM (excluded.tenant_id, excluded.project_id, excluded.api_key_id)
          """)
          .param("tenant", subject.tenant().value())
          .param("project", project(subject))
          .param("key", key(subject))
          .param("requests", limits.requestsPerMinute())
          .param("tokens", limits.tokensPerMinute())
          .param("concurrent", limits.concurrentRequests())
          .update() == 1;
    } catch (DataIntegrityViolationException e) {
      // The values were checked before; what is left to violate are the foreign keys.
      return false;
    }
  }

  void remove(Subject subject) {
    jdbc.sql("DELETE FROM tenants.rate_limit WHERE tenant_id = ? AND id = ?")
        .params(subject.tenant().value(), subject.id()).update();
  }

  private static @Nullable UUID project(Subject subject) {
    return subject instanceof Subject.OfProject(_, ProjectId project) ? project.value() : null;
  }

  private static @Nullable UUID key(Subject subject) {
    return subject instanceof Subject.OfKey(_, ApiKeyId key) ? key.value() : null;
  }

  private static Applied read(ResultSet row) throws SQLException {
    var tenant = new TenantId(row.getObject("tenant_id", UUID.class));
    UUID project = row.getObject("project_id", UUID.class);
    UUID key = row.getObject("api_key_id", UUID.class);
    Subject subject = key != null ? new Subject.OfKey(tenant, new ApiKeyId(key))
        : project != null ? new Subject.OfProject(tenant, new ProjectId(project))
            : new Subject.OfTenant(tenant);
    return new Applied(subject, new RateLimits(number(row, "requests_per_minute"),
        number(row, "tokens_per_minute"), number(row, "concurrent_requests")));
  }

  private static @Nullable Long number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }
}
