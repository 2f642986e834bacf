package dev.tollgate.gateway.management.changes;

import dev.tollgate.gateway.management.ManagementRole;
import dev.tollgate.gateway.management.access.Actor;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who changed what, when, and how it was before. Rows are added in the transaction of the change, and never changed. */
@Component
@ManagementRole
public final class AuditLog {

  private final JdbcClient jdbc;
  private final JsonMapper mapper;
  private final Clock clock;

  AuditLog(JdbcClient jdbc, JsonMapper mapper, Clock clock) {
    this.jdbc = jdbc;
    this.mapper = mapper;
    this.clock = clock;
  }

  /** Who did it: whoever had a token, or a person who was signed in; and how the log names them. */
  public record Author(@Nullable UUID token, @Nullable UUID person, String title) {

    static Author of(Actor actor) {
      return new Author(actor.token().value(), null, actor.title());
    }
  }

  /**
   * What was done to which thing.
   *
   * @param action one of {@link AuditActions#ALL}
   */
  public record Entry(String action, String subject, @Nullable Object before, @Nullable Object after) {

    public Entry {
      if (!AuditActions.ALL.contains(action)) {
        throw new IllegalArgumentException("No action has the name " + action);
      }
    }
  }

  /**
   * A change as it was recorded.
   *
   * @param token that was used; null where a person was signed in
   * @param person who was signed in; null where a token was used
   * @param actor role and name of the token, or role and address of the person, as they were then
   */
  public record Recorded(long id, Instant at, UUID requestId, @Nullable UUID token, @Nullable UUID person,
      String actor, @Nullable UUID tenant, String action, String subject, @Nullable JsonNode before,
      @Nullable JsonNode after) {}

  /** Adds a change to the log, in the transaction that makes it. */
  public void add(UUID request, Author author, @Nullable TenantId tenant, Entry entry) {
    jdbc.sql(
        """
            INSERT INTO gateway.audit (at, request_id, token_id, person_id, actor, tenant_id, action, subject, before,
              after)
            VALUES (:at, :request, CAST(:token AS uuid), CAST(:person AS uuid), :actor, CAST(:tenant AS uuid), :action,
              :subject, CAST(:before AS jsonb), CAST(:after AS jsonb))
            """)
        .param("at", clock.instant().atOffset(ZoneOffset.UTC)).param("request", request)
        .param("token", author.token()).param("person", author.person()).param("actor", author.title())
        .param("tenant", tenant == null ? null : tenant.value()).param("action", entry.action())
        .param("subject", entry.subject()).param("before", json(entry.before()))
        .param("after", json(entry.after())).update();
  }

  /**
   * Changes, the newest first.
   *
   * @param tenant only those that concern it; null for all
   * @param action only of this kind; null for all
   * @param after the last one of the page before, null for the first page
   */
  public List<Recorded> list(@Nullable TenantId tenant, @Nullable String action, @Nullable Long after,
      int limit) {
    return list(tenant, action,
        new Slice<>(Order.WHEN, true, null, after == null ? null : after.toString(), limit));
  }

  /**
   * Some changes; a search is for a part of who, what or the thing it was done to.
   *
   * @param tenant only those that concern it; null for all
   * @param action only of this kind; null for all
   */
  public List<Recorded> list(@Nullable TenantId tenant, @Nullable String action, Slice<Order> slice) {
    return SliceQuery
        .of("""
            SELECT id, at, request_id, token_id, person_id, actor, tenant_id, action, subject, before, after FROM gateway.audit
            WHERE (CAST(:tenant AS uuid) IS NULL OR tenant_id = CAST(:tenant AS uuid))
              AND (CAST(:action AS text) IS NULL OR action = :action)
            """,
            IdKind.NUMBER, "id")
        .searching("actor || ' ' || action || ' ' || subject")
        .ask(jdbc, slice, switch (slice.order()) {
          case WHEN -> "id";
        }).param("tenant", tenant == null ? null : tenant.value()).param("action", action)
        .query((row, number) -> recorded(row)).list();
  }

  /** What changes are ordered by: the log is long, so that only its own order is quick everywhere. */
  public enum Order {
    WHEN
  }

  private Recorded recorded(ResultSet row) throws SQLException {
    return new Recorded(row.getLong("id"), row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getObject("request_id", UUID.class), row.getObject("token_id", UUID.class),
        row.getObject("person_id", UUID.class), row.getString("actor"),
        row.getObject("tenant_id", UUID.class), row.getString("action"),
        row.getString("subject"), tree(row.getString("before")), tree(row.getString("after")));
  }

  private @Nullable String json(@Nullable Object card) {
    return card == null ? null : mapper.writeValueAsString(card);
  }

  private @Nullable JsonNode tree(@Nullable String json) {
    return json == null ? null : mapper.readTree(json);
  }
}
