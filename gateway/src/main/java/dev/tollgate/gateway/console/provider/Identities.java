package dev.tollgate.gateway.console.provider;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.tenants.PersonId;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who people are at the provider. Every call joins the transaction of who calls. */
@Component
@PagesRole
public class Identities {

  private final JdbcClient jdbc;
  private final Clock clock;

  Identities(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** A person at a provider. */
  public record Identity(PersonId person, String issuer, String subject, Instant linkedAt) {}

  /** Whose a subject of an issuer is. */
  public Optional<PersonId> personOf(String issuer, String subject) {
    return jdbc.sql("SELECT person_id FROM gateway.identity WHERE issuer = :issuer AND subject = :subject")
        .param("issuer", issuer).param("subject", subject).query(UUID.class).optional().map(PersonId::new);
  }

  public Optional<Identity> of(PersonId person) {
    return jdbc
        .sql("SELECT issuer, subject, linked_at FROM gateway.identity WHERE person_id = :person")
        .param("person", person.value())
        .query((row, number) -> new Identity(person, row.getString(1), row.getString(2),
            row.getObject(3, OffsetDateTime.class).toInstant()))
        .optional();
  }

  /**
   * Says who a person is at an issuer. What it was at another issuer is forgotten.
   *
   * @return false if the person is somebody else at this issuer, or the subject is another person's
   */
  public boolean link(PersonId person, String issuer, String subject) {
    return jdbc.sql("""
        INSERT INTO gateway.identity (person_id, issuer, subject, linked_at)
        SELECT :person, :issuer, :subject, :now
        WHERE NOT EXISTS (SELECT FROM gateway.identity WHERE issuer = :issuer AND subject = :subject)
        ON CONFLICT (person_id) DO UPDATE
          SET issuer = excluded.issuer, subject = excluded.subject, linked_at = excluded.linked_at
          WHERE identity.issuer <> excluded.issuer
        """).param("person", person.value()).param("issuer", issuer).param("subject", subject)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC)).update() == 1;
  }

  public void unlink(PersonId person) {
    jdbc.sql("DELETE FROM gateway.identity WHERE person_id = :person").param("person", person.value())
        .update();
  }
}
