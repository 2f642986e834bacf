package dev.tollgate.tenants.tokens;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TokenId;
import dev.tollgate.tenants.Tokens.Holder;
import dev.tollgate.tenants.Tokens.Token;
import dev.tollgate.tenants.secrets.KeyText;
import dev.tollgate.tenants.secrets.SecretKind;
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

/** The table of management tokens. */
@Component
class JdbcTokenStore {

  private static final String SELECT = """
      SELECT id, tenant_id, role, name, token_hash, created_at, expires_at, revoked_at FROM tenants.management_token
      """;
  private static final String OF_HOLDER = SELECT
      + " WHERE tenant_id IS NOT DISTINCT FROM CAST(:tenant AS uuid)";

  private final JdbcClient jdbc;

  JdbcTokenStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void insert(Token token, byte[] hash) {
    jdbc.sql("""
        INSERT INTO tenants.management_token (id, tenant_id, role, name, token_hash, created_at, expires_at)
        VALUES (:id, CAST(:tenant AS uuid), :role, :name, :hash, :createdAt, CAST(:expiresAt AS timestamptz))
        """).param("id", token.id().value()).param("tenant", tenantOf(token.holder()))
        .param("role", roleOf(token.holder())).param("name", token.name()).param("hash", hash)
        .param("createdAt", utc(token.createdAt())).param("expiresAt", utc(token.expiresAt())).update();
  }

  /** Keeps the first time of revocation; returns false if there is no such token. */
  boolean revoke(@Nullable TenantId tenant, TokenId token, Instant at) {
    return jdbc.sql("""
        UPDATE tenants.management_token SET revoked_at = COALESCE(revoked_at, :at)
        WHERE tenant_id IS NOT DISTINCT FROM CAST(:tenant AS uuid) AND id = :id
        """).param("at", utc(at)).param("tenant", value(tenant)).param("id", token.value()).update() == 1;
  }

  Optional<Token> find(@Nullable TenantId tenant, TokenId token) {
    return jdbc.sql(OF_HOLDER + " AND id = :id").param("tenant", value(tenant)).param("id", token.value())
        .query((row, number) -> token(row)).optional();
  }

  /** Version 7 ids are in the order of time. */
  List<Token> list(@Nullable TenantId tenant, @Nullable TokenId after, int limit) {
    return jdbc.sql(OF_HOLDER + """
          AND (CAST(:after AS uuid) IS NULL OR id < :after)
        ORDER BY id DESC LIMIT :limit
        """).param("tenant", value(tenant)).param("after", after == null ? null : after.value())
        .param("limit", limit).query((row, number) -> token(row)).list();
  }

  Optional<KnownToken> known(UUID id) {
    return jdbc.sql(SELECT + " WHERE id = :id").param("id", id).query((row, number) -> known(row)).optional();
  }

  List<KnownToken> known() {
    return jdbc.sql(SELECT).query((row, number) -> known(row)).list();
  }

  private static KnownToken known(ResultSet row) throws SQLException {
    return new KnownToken(token(row), row.getBytes("token_hash"));
  }

  private static Token token(ResultSet row) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    UUID tenant = row.getObject("tenant_id", UUID.class);
    String role = row.getString("role");
    Holder holder = tenant == null ? new Holder.Operator(OperatorRole.valueOf(role))
        : new Holder.Member(new TenantId(tenant), MemberRole.valueOf(role));
    return new Token(new TokenId(id), holder, row.getString("name"), KeyText.start(kindOf(holder), id),
        row.getObject("created_at", OffsetDateTime.class).toInstant(), instant(row, "expires_at"),
        instant(row, "revoked_at"));
  }

  static SecretKind kindOf(Holder holder) {
    return switch (holder) {
      case Holder.Operator _ -> SecretKind.OPERATOR_TOKEN;
      case Holder.Member _ -> SecretKind.TENANT_TOKEN;
    };
  }

  private static String roleOf(Holder holder) {
    return switch (holder) {
      case Holder.Operator(OperatorRole role) -> role.name();
      case Holder.Member(_, MemberRole role) -> role.name();
    };
  }

  private static @Nullable UUID tenantOf(Holder holder) {
    return switch (holder) {
      case Holder.Operator _ -> null;
      case Holder.Member(TenantId tenant, _) -> tenant.value();
    };
  }

  private static @Nullable UUID value(@Nullable TenantId tenant) {
    return tenant == null ? null : tenant.value();
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }
}
