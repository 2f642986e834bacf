package dev.tollgate.gateway.console.forms;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.tenants.PersonId;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Forms that were sent within a day. All of it happens inside the transaction that does what the form asks. */
@Component
@PagesRole
class SubmittedForms {

  private static final Duration KEPT = Duration.ofHours(24);
  private static final int REMOVED_AT_ONCE = 100;

  private final JdbcClient jdbc;
  private final Clock clock;

  SubmittedForms(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Takes a form; false if it was done already. While another request does it, this waits for that one's end. */
  boolean claim(PersonId person, UUID form) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    jdbc.sql("""
        DELETE FROM gateway.submitted_form WHERE (person_id, form_id) IN (
          SELECT person_id, form_id FROM gateway.submitted_form WHERE at < :old ORDER BY at LIMIT :most
          FOR UPDATE SKIP LOCKED)
        """).param("old", now.minus(KEPT)).param("most", REMOVED_AT_ONCE).update();
    return jdbc.sql("""
        INSERT INTO gateway.submitted_form (person_id, form_id, at) VALUES (:person, :form, :now)
        ON CONFLICT DO NOTHING
        """).param("person", person.value()).param("form", form).param("now", now).update() == 1;
  }

  void done(PersonId person, UUID form, String location) {
    jdbc.sql("""
        UPDATE gateway.submitted_form SET location = :location WHERE person_id = :person AND form_id = :form
        """).param("location", location).param("person", person.value()).param("form", form).update();
  }

  /** Where the first one led. */
  Optional<String> location(PersonId person, UUID form) {
    return jdbc.sql("""
        SELECT location FROM gateway.submitted_form
        WHERE person_id = :person AND form_id = :form AND location IS NOT NULL
        """).param("person", person.value()).param("form", form).query(String.class).optional();
  }
}
