package dev.tollgate.tenants.apikeys;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ApiKeys.ApiKey;
import dev.tollgate.tenants.ApiKeys.Order;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.secrets.KeyText;
import dev.tollgate.tenants.secrets.SecretKind;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The table of API keys. */
@Component
class JdbcApiKeyStore {

  private static final int ROWS_AT_ONCE = 2_000;
  private static final String COLUMNS = "id, tenant_id, project_id, scopes, key_hash, expires_at, revoked_at";

  private static final String DESCRIBE = """
      SELECT id, tenant_id, project_id, name, scopes, created_at, expires_at, revoked_at
      FROM tenants.api_key WHERE tenant_id = :tenant
      """;

  private static final String WITH_PROJECT = """
      SELECT k.id, k.tenant_id, k.project_id, k.name, k.scopes, k.created_at, k.expires_at, k.revoked_at, p.name AS project
      FROM tenants.api_key k JOIN tenants.project p ON p.tenant_id = k.tenant_id AND p.id = k.project_id
      WHERE k.tenant_id = :tenant
      """;

  /** Active, expired, revoked. */
  private static final String ENDED = """
      (CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN expires_at <= :now THEN 1 ELSE 0 END)""";

  private final JdbcClient jdbc;
  private final TransactionTemplate reading;

  JdbcApiKeyStore(JdbcClient jdbc, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.reading = new TransactionTemplate(transactions);
    this.reading.setReadOnly(true);
  }

  /** A key to be stored. */
  record NewKey(UUID id, TenantId tenant, ProjectId project, String name, Set<Scope> scopes,
      Instant createdAt,
      @Nullable Instant expiresAt) {}

  /** Stores a key, or returns false if the tenant has no such project. */
  boolean insert(NewKey key, byte[] hash) {
    return jdbc.sql("""
        INSERT INTO tenants.api_key
          (id, tenant_id, project_id, name, scopes, key_hash, created_at, expires_at, version)
        SELECT :id, tenant_id, id, :name, :scopes, :hash, :createdAt, CAST(:expiresAt AS timestamptz), 0
        FROM tenants.project WHERE tenant_id = :tenant AND id = :project
        """)
        .param("id", key.id())
        .param("name", key.name())
        .param("scopes", key.scopes().stream().map(Scope::name).sorted().toArray(String[]::new))
        .param("hash", hash)
        .param("createdAt", utc(key.createdAt()))
        .param("expiresAt", utc(key.expiresAt()))
        .param("tenant", key.tenant().value())
        .param("project", key.project().value())
        .update() == 1;
  }

  /** Keeps the first time of revocation; returns false if the tenant has no such key. */
  boolean revoke(TenantId tenant, ApiKeyId key, Instant at) {
    return jdbc.sql("""
        UPDATE tenants.api_key SET revoked_at = COALESCE(revoked_at, :at), version = version + 1
        WHERE tenant_id = :tenant AND id = :id
        """)
        .param("at", utc(at))
        .param("tenant", tenant.value())
        .param("id", key.value())
        .update() == 1;
  }

  /** Lets a key end at an instant, unless it ends before. */
  void expire(TenantId tenant, ApiKeyId key, Instant at) {
    jdbc.sql("""
        UPDATE tenants.api_key SET expires_at = LEAST(expires_at, :at), version = version + 1
        WHERE tenant_id = :tenant AND id = :id
        """).param("at", utc(at)).param("tenant", tenant.value()).param("id", key.value()).update();
  }

  Optional<ApiKey> describe(TenantId tenant, ApiKeyId key) {
    return jdbc.sql(DESCRIBE + " AND id = :id").param("tenant", tenant.value()).param("id", key.value())
        .query((row, number) -> described(row)).optional();
  }

  /** Version 7 ids are in the order of time. */
  List<ApiKey> list(TenantId tenant, @Nullable ProjectId project, @Nullable ApiKeyId after, int limit) {
    return jdbc.sql(DESCRIBE + """
          AND (CAST(:project AS uuid) IS NULL OR project_id = :project)
          AND (CAST(:after AS uuid) IS NULL OR id < :after)
        ORDER BY id DESC LIMIT :limit
        """).param("tenant", tenant.value()).param("project", project == null ? null : project.value())
        .param("after", after == null ? null : after.value()).param("limit", limit)
        .query((row, number) -> described(row)).list();
  }

  List<ApiKey> list(TenantId tenant, Slice<Order> slice, Instant now) {
    return SliceQuery.of(WITH_PROJECT, IdKind.UUID, "id").searching("name || ' ' || project")
        .ask(jdbc, slice, switch (slice.order()) {
          case NAME -> "lower(name)";
          case PROJECT -> "lower(project)";
          case STATE -> ENDED;
          case CREATED -> "created_at";
          case EXPIRES -> "COALESCE(expires_at, 'infinity')";
        }).param("tenant", tenant.value()).param("now", utc(now))
        .query((row, number) -> described(row)).list();
  }

  private static ApiKey described(ResultSet row) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    return new ApiKey(new ApiKeyId(id), new TenantId(row.getObject("tenant_id", UUID.class)),
        new ProjectId(row.getObject("project_id", UUID.class)), row.getString("name"),
        RowReader.scopes((String[]) row.getArray("scopes").getArray()),
        KeyText.start(SecretKind.API_KEY, id), row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "expires_at"), instant(row, "revoked_at"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  Optional<KnownKey> find(UUID id) {
    return jdbc.sql("SELECT " + COLUMNS + " FROM tenants.api_key WHERE id = :id")
        .param("id", id)
        .query((row, number) -> new RowReader().read(row))
        .optional();
  }

  /** Hands over every key without holding all rows at once. */
  void forEach(Consumer<KnownKey> consumer) {
    var reader = new RowReader();
    // The driver streams only inside a transaction.
    reading.executeWithoutResult(status -> jdbc.sql("SELECT " + COLUMNS + " FROM tenants.api_key")
        .withFetchSize(ROWS_AT_ONCE)
        .query(row -> {
          consumer.accept(reader.read(row));
        }));
  }

  Set<UUID> overdueTenants() {
    return jdbc.sql("SELECT id FROM tenants.tenant WHERE overdue_since IS NOT NULL").query(UUID.class).set();
  }

  Set<UUID> suspendedTenants() {
    return jdbc.sql("SELECT id FROM tenants.tenant WHERE suspended_at IS NOT NULL").query(UUID.class).set();
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  /** Reads rows, and keeps one copy of what many keys have in common. */
  private static final class RowReader {

    private final Map<Object, Object> seen = new HashMap<>();

    KnownKey read(ResultSet row) throws SQLException {
      var caller = new Caller(one(new TenantId(row.getObject("tenant_id", UUID.class))),
          one(new ProjectId(row.getObject("project_id", UUID.class))),
          new ApiKeyId(row.getObject("id", UUID.class)),
          one(scopes((String[]) row.getArray("scopes").getArray())));
      Timestamp expiresAt = row.getTimestamp("expires_at");
      return new KnownKey(caller, row.getBytes("key_hash"), expiresAt == null ? null : expiresAt.toInstant(),
          row.getTimestamp("revoked_at") != null);
    }

    @SuppressWarnings("unchecked")
    private <T> T one(T value) {
      return (T) seen.computeIfAbsent(value, key -> key);
    }

    private static Set<Scope> scopes(String[] names) {
      var scopes = EnumSet.noneOf(Scope.class);
      for (String name : names) {
        scopes.add(Scope.valueOf(name));
      }
      return Set.copyOf(scopes);
    }
  }
}
