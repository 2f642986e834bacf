package dev.tollgate.tenants.people;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.People.Member;
import dev.tollgate.tenants.People.Membership;
import dev.tollgate.tenants.People.Order;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.tenants.TenantId;
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

/** The tables of people and of members. */
@Component
class JdbcPersonStore {

  private static final String SELECT = "SELECT id, email, name, operator_role, created_at FROM tenants.person";

  private static final String MEMBER = """
      SELECT p.id, p.email, p.name, p.operator_role, p.created_at, m.role, m.joined_at
      FROM tenants.member m JOIN tenants.person p ON p.id = m.person_id WHERE m.tenant_id = :tenant
      """;
  private static final String SEARCHED = "name || ' ' || email";

  private final JdbcClient jdbc;

  JdbcPersonStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void insert(Person person) {
    jdbc.sql("""
        INSERT INTO tenants.person (id, email, name, created_at) VALUES (:id, :email, :name, :at)
        """).param("id", person.id().value()).param("email", person.email()).param("name", person.name())
        .param("at", utc(person.createdAt())).update();
  }

  Optional<Person> find(PersonId id) {
    return jdbc.sql(SELECT + " WHERE id = :id").param("id", id.value()).query((row, number) -> person(row))
        .optional();
  }

  Optional<Person> findByEmail(String email) {
    return jdbc.sql(SELECT + " WHERE email = :email").param("email", email)
        .query((row, number) -> person(row)).optional();
  }

  List<Person> operators() {
    return jdbc.sql(SELECT + " WHERE operator_role IS NOT NULL ORDER BY name, id")
        .query((row, number) -> person(row)).list();
  }

  List<Person> operators(Slice<Order> slice) {
    return SliceQuery.of(SELECT + " WHERE operator_role IS NOT NULL", IdKind.UUID, "id").searching(SEARCHED)
        .ask(jdbc, slice, expression(slice.order(), "operator_role", "created_at"))
        .query((row, number) -> person(row)).list();
  }

  private static String expression(Order order, String role, String since) {
    return switch (order) {
      case NAME -> "lower(name)";
      case EMAIL -> "email";
      case ROLE -> role;
      case SINCE -> since;
    };
  }

  /** Others who change operators wait until this one is committed, so that together they leave an admin. */
  void appoint(PersonId person, @Nullable OperatorRole role) {
    jdbc.sql("SELECT id FROM tenants.person WHERE operator_role = 'ADMIN' ORDER BY id FOR UPDATE")
        .query(UUID.class).list();
    jdbc.sql("UPDATE tenants.person SET operator_role = CAST(:role AS text) WHERE id = :id")
        .param("role", role == null ? null : role.name()).param("id", person.value()).update();
  }

  List<Membership> memberships(PersonId person) {
    return jdbc.sql("""
        SELECT t.id, t.slug, t.name, t.created_at, t.suspended_at, t.version, m.role
        FROM tenants.member m JOIN tenants.tenant t ON t.id = m.tenant_id
        WHERE m.person_id = :person ORDER BY t.name, t.id
        """).param("person", person.value())
        .query((row, number) -> new Membership(tenant(row), MemberRole.valueOf(row.getString("role"))))
        .list();
  }

  List<Member> members(TenantId tenant) {
    return jdbc.sql(MEMBER + " ORDER BY p.name, p.id").param("tenant", tenant.value())
        .query((row, number) -> member(row)).list();
  }

  List<Member> members(TenantId tenant, Slice<Order> slice) {
    return SliceQuery.of(MEMBER, IdKind.UUID, "id").searching(SEARCHED)
        .ask(jdbc, slice, expression(slice.order(), "role", "joined_at")).param("tenant", tenant.value())
        .query((row, number) -> member(row)).list();
  }

  void join(TenantId tenant, PersonId person, MemberRole role, Instant at) {
    lock(tenant);
    jdbc.sql(
        """
            INSERT INTO tenants.member (tenant_id, person_id, role, joined_at) VALUES (:tenant, :person, :role, :at)
            ON CONFLICT (tenant_id, person_id) DO UPDATE SET role = excluded.role
            """)
        .param("tenant", tenant.value()).param("person", person.value()).param("role", role.name())
        .param("at", utc(at)).update();
  }

  boolean leave(TenantId tenant, PersonId person) {
    lock(tenant);
    return jdbc.sql("DELETE FROM tenants.member WHERE tenant_id = :tenant AND person_id = :person")
        .param("tenant", tenant.value()).param("person", person.value()).update() == 1;
  }

  /** Changes of one tenant's members wait for each other, so that together they leave an owner. */
  private void lock(TenantId tenant) {
    jdbc.sql("SELECT person_id FROM tenants.member WHERE tenant_id = :tenant ORDER BY 1 FOR UPDATE")
        .param("tenant", tenant.value()).query(UUID.class).list();
  }

  private static Member member(ResultSet row) throws SQLException {
    return new Member(person(row), MemberRole.valueOf(row.getString("role")), instant(row, "joined_at"));
  }

  private static Person person(ResultSet row) throws SQLException {
    String role = row.getString("operator_role");
    return new Person(new PersonId(row.getObject("id", UUID.class)), row.getString("email"),
        row.getString("name"), role == null ? null : OperatorRole.valueOf(role), instant(row, "created_at"));
  }

  private static Tenant tenant(ResultSet row) throws SQLException {
    OffsetDateTime suspended = row.getObject("suspended_at", OffsetDateTime.class);
    return new Tenant(new TenantId(row.getObject("id", UUID.class)), row.getString("slug"),
        row.getString("name"), instant(row, "created_at"), suspended == null ? null : suspended.toInstant(),
        row.getInt("version"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
