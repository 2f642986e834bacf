package dev.tollgate.gateway.console.credentials;

import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.secrets.LinkSecret;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Links that sign somebody in once, for who has the machine: the first operator, and who lost all other ways. */
public class SignInLinks {

  /** Where a link leads to; its secret follows. */
  public static final String PATH = "/sign-in/link/";

  private static final Duration VALID = Duration.ofHours(24);
  private static final String FIRST_EMAIL = "operator@localhost";

  private final JdbcClient jdbc;
  private final People people;
  private final Clock clock;

  public SignInLinks(JdbcClient jdbc, People people, Clock clock) {
    this.jdbc = jdbc;
    this.people = people;
    this.clock = clock;
  }

  /** A link for the operator who may do everything and was there first; one is made where there is none. */
  public String forFirstOperator() {
    PersonId person = people.operators().stream()
        .filter(operator -> operator.operatorRole() == OperatorRole.ADMIN)
        .min((one, other) -> one.createdAt().compareTo(other.createdAt()))
        .orElseGet(() -> {
          var made = people.findByEmail(FIRST_EMAIL).orElseGet(() -> people.add(FIRST_EMAIL, "Operator"));
          people.appoint(made.id(), OperatorRole.ADMIN);
          return made;
        }).id();
    return PATH + issue(person);
  }

  /** A secret that signs a person in, once within a day. */
  public String issue(PersonId person) {
    String secret = LinkSecret.create();
    jdbc.sql(
        """
            INSERT INTO gateway.sign_in_link (secret_hash, person_id, expires_at) VALUES (:hash, :person, :expires)
            """)
        .param("hash", LinkSecret.hash(secret)).param("person", person.value())
        .param("expires", clock.instant().plus(VALID).atOffset(ZoneOffset.UTC)).update();
    return secret;
  }

  /** Whose link it is, if it is still good; looking does not use it up, so that programs which preview links do no harm. */
  public Optional<PersonId> look(String secret) {
    return jdbc
        .sql("SELECT person_id FROM gateway.sign_in_link WHERE secret_hash = :hash AND expires_at > :now")
        .param("hash", LinkSecret.hash(secret)).param("now", now()).query(UUID.class).optional()
        .map(PersonId::new);
  }

  /** Uses a link up. */
  public Optional<PersonId> use(String secret) {
    jdbc.sql("DELETE FROM gateway.sign_in_link WHERE expires_at <= :now").param("now", now()).update();
    return jdbc.sql("DELETE FROM gateway.sign_in_link WHERE secret_hash = :hash RETURNING person_id")
        .param("hash", LinkSecret.hash(secret)).query(UUID.class).optional().map(PersonId::new);
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
