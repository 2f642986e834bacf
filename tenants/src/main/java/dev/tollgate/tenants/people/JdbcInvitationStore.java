package dev.tollgate.tenants.people;

import dev.tollgate.tenants.Invitations.Invitation;
import dev.tollgate.tenants.Invitations.Order;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
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

/** The table of invitations. */
@Component
class JdbcInvitationStore {

  private static final String OPEN = """
      SELECT id, tenant_id, role, email, created_at, expires_at FROM tenants.invitation
      WHERE ended_at IS NULL AND expires_at > :now
      """;

  private final JdbcClient jdbc;

  JdbcInvitationStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Ends what is open for the same address, then adds the new one. */
  void replace(Invitation invitation, byte[] hash) {
    UUID tenant = switch (invitation.role()) {
      case Holder.Operator _ -> null;
      case Holder.Member(TenantId id, _) -> id.value();
    };
    String role = switch (invitation.role()) {
      case Holder.Operator(OperatorRole of) -> of.name();
      case Holder.Member(_, MemberRole of) -> of.name();
    };
    jdbc.sql("""
        UPDATE tenants.invitation SET ended_at = :now
        WHERE tenant_id IS NOT DISTINCT FROM CAST(:tenant AS uuid) AND email = :email AND ended_at IS NULL
        """).param("now", utc(invitation.createdAt())).param("tenant", tenant)
        .param("email", invitation.email()).update();
    jdbc.sql("""
        INSERT INTO tenants.invitation (id, tenant_id, role, email, secret_hash, created_at, expires_at)
        VALUES (:id, CAST(:tenant AS uuid), :role, :email, :hash, :created, :expires)
        """).param("id", invitation.id()).param("tenant", tenant).param("role", role)
        .param("email", invitation.email()).param("hash", hash).param("created", utc(invitation.createdAt()))
        .param("expires", utc(invitation.expiresAt())).update();
  }

  List<Invitation> open(@Nullable TenantId tenant, Instant now) {
    return jdbc.sql(OPEN + " AND tenant_id IS NOT DISTINCT FROM CAST(:tenant AS uuid) ORDER BY id")
        .param("now", utc(now)).param("tenant", tenant == null ? null : tenant.value())
        .query((row, number) -> invitation(row)).list();
  }

  List<Invitation> open(@Nullable TenantId tenant, Instant now, Slice<Order> slice) {
    return SliceQuery
        .of(OPEN + " AND tenant_id IS NOT DISTINCT FROM CAST(:tenant AS uuid)", IdKind.UUID, "id")
        .searching("email").ask(jdbc, slice, switch (slice.order()) {
          case EMAIL -> "lower(email)";
          case ROLE -> "role";
          case EXPIRES -> "expires_at";
        }).param("now", utc(now)).param("tenant", tenant == null ? null : tenant.value())
        .query((row, number) -> invitation(row)).list();
  }

  Optional<Invitation> find(byte[] hash, Instant now) {
    return jdbc.sql(OPEN + " AND secret_hash = :hash").param("now", utc(now)).param("hash", hash)
        .query((row, number) -> invitation(row)).optional();
  }

  boolean withdraw(@Nullable TenantId tenant, UUID id, Instant now) {
    return jdbc.sql("""
        UPDATE tenants.invitation SET ended_at = :now
        WHERE id = :id AND tenant_id IS NOT DISTINCT FROM CAST(:tenant AS uuid) AND ended_at IS NULL
        """).param("now", utc(now)).param("id", id).param("tenant", tenant == null ? null : tenant.value())
        .update() == 1;
  }

  boolean accept(UUID id, PersonId person, Instant now) {
    return jdbc.sql("""
        UPDATE tenants.invitation SET ended_at = :now, accepted_by = :person
        WHERE id = :id AND ended_at IS NULL AND expires_at > :now
        """).param("now", utc(now)).param("id", id).param("person", person.value()).update() == 1;
  }

  private static Invitation invitation(ResultSet row) throws SQLException {
    UUID tenant = row.getObject("tenant_id", UUID.class);
    String role = row.getString("role");
    return new Invitation(row.getObject("id", UUID.class),
        tenant == null ? new Holder.Operator(OperatorRole.valueOf(role))
            : new Holder.Member(new TenantId(tenant), MemberRole.valueOf(role)),
        row.getString("email"), row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("expires_at", OffsetDateTime.class).toInstant());
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
