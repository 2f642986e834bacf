package dev.tollgate.gateway.console.sessions;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.sessions.Session.Method;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.secrets.LinkSecret;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Sessions, in the database: any instance knows them, and ending one counts at once. */
@Component
@PagesRole
public class Sessions {

  /** However busy it is, a session ends after this. */
  static final Duration LONGEST = Duration.ofDays(7);

  private static final Duration LONGEST_HALF_WAY = Duration.ofMinutes(10);
  private static final Duration LONGEST_IDLE = Duration.ofHours(12);
  private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);
  private static final int LONGEST_AGENT = 200;
  private static final String SELECT = """
      SELECT id, person_id, half_way, method, agent, created_at, used_at, confirmed_at FROM gateway.session
      WHERE expires_at > :now AND used_at > :idle
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  Sessions(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * Begins a session.
   *
   * @param halfWay whether a second factor is still to come
   * @param agent the browser, by its own word
   * @return the secret for the cookie, which is nowhere else
   */
  public String open(PersonId person, Method method, boolean halfWay, String agent) {
    Instant now = clock.instant();
    jdbc.sql("DELETE FROM gateway.session WHERE expires_at < :now OR used_at < :idle")
        .param("now", utc(now)).param("idle", utc(now.minus(LONGEST_IDLE))).update();
    String secret = LinkSecret.create();
    jdbc.sql("""
        INSERT INTO gateway.session (id, secret_hash, person_id, half_way, method, agent, created_at, used_at,
          confirmed_at, expires_at)
        VALUES (:id, :hash, :person, :halfWay, :method, :agent, :now, :now, :now, :expires)
        """).param("id", UuidCreator.getTimeOrderedEpoch()).param("hash", LinkSecret.hash(secret))
        .param("person", person.value()).param("halfWay", halfWay).param("method", method.name())
        .param("agent", agent.substring(0, Math.min(LONGEST_AGENT, agent.length())))
        .param("now", utc(now)).param("expires", utc(now.plus(halfWay ? LONGEST_HALF_WAY : LONGEST)))
        .update();
    return secret;
  }

  /** The session of a cookie, and notes that it is used. */
  Optional<Session> find(String secret) {
    Instant now = clock.instant();
    Optional<Session> found = query(" AND secret_hash = :hash", now).param("hash", LinkSecret.hash(secret))
        .query((row, number) -> session(row)).optional();
    found.filter(session -> session.usedAt().isBefore(now.minus(USE_NOTED_EVERY)))
        .ifPresent(session -> jdbc.sql("UPDATE gateway.session SET used_at = :now WHERE id = :id")
            .param("now", utc(now)).param("id", session.id()).update());
    return found;
  }

  /** All sessions of a person, the latest used first. */
  public List<Session> of(PersonId person) {
    return query(" AND person_id = :person AND NOT half_way ORDER BY used_at DESC, id", clock.instant())
        .param("person", person.value()).query((row, number) -> session(row)).list();
  }

  /** Notes that the session's owner has just proved to be there. */
  public void confirm(Session session) {
    jdbc.sql("UPDATE gateway.session SET confirmed_at = :now WHERE id = :id")
        .param("now", utc(clock.instant())).param("id", session.id()).update();
  }

  /** Ends one session of a person. */
  public void end(PersonId person, UUID id) {
    jdbc.sql("DELETE FROM gateway.session WHERE id = :id AND person_id = :person").param("id", id)
        .param("person", person.value()).update();
  }

  /** Ends all sessions of a person but one. */
  public void endOthers(Session kept) {
    jdbc.sql("DELETE FROM gateway.session WHERE person_id = :person AND id <> :kept")
        .param("person", kept.person().value()).param("kept", kept.id()).update();
  }

  private JdbcClient.StatementSpec query(String condition, Instant now) {
    return jdbc.sql(SELECT + condition).param("now", utc(now)).param("idle", utc(now.minus(LONGEST_IDLE)));
  }

  private static Session session(ResultSet row) throws SQLException {
    return new Session(row.getObject("id", UUID.class),
        new PersonId(row.getObject("person_id", UUID.class)), row.getBoolean("half_way"),
        Method.valueOf(row.getString("method")), row.getString("agent"), instant(row, "created_at"),
        instant(row, "used_at"), instant(row, "confirmed_at"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
