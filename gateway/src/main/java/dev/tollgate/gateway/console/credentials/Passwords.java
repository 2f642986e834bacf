package dev.tollgate.gateway.console.credentials;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.tenants.PersonId;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;

/** Passwords, as Argon2id (RFC 9106). Each hash takes 16 MiB for its moment, so few are computed side by side. */
@Component
@PagesRole
public class Passwords {

  public static final int SHORTEST = 12;
  public static final int LONGEST = 200;

  private static final int AT_ONCE = 4;

  private final JdbcClient jdbc;
  private final Argon2PasswordEncoder encoder = Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8();
  private final Semaphore places = new Semaphore(AT_ONCE, true);
  private final String nobodys;

  Passwords(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.nobodys = hash("a password that nobody has");
  }

  /** Whether a text may be a password: length is what makes guessing hard, so nothing else is asked of it. */
  public static boolean isLongEnough(String password) {
    int length = password.codePointCount(0, password.length());
    return length >= SHORTEST && length <= LONGEST;
  }

  public void set(PersonId person, String password) {
    if (!isLongEnough(password)) {
      throw new IllegalArgumentException("A password has " + SHORTEST + " to " + LONGEST + " characters");
    }
    jdbc.sql("""
        INSERT INTO gateway.credential (person_id, password) VALUES (:person, :password)
        ON CONFLICT (person_id) DO UPDATE SET password = excluded.password
        """).param("person", person.value()).param("password", hash(password)).update();
  }

  public boolean has(PersonId person) {
    return stored(person).isPresent();
  }

  /** Whether it is the person's password. Takes as long for nobody, and for who has none. */
  public boolean matches(@Nullable PersonId person, String password) {
    Optional<String> stored = person == null ? Optional.empty() : stored(person);
    String presented = password.length() > LONGEST * 2 ? "" : password;
    places.acquireUninterruptibly();
    try {
      return encoder.matches(presented, stored.orElse(nobodys)) && stored.isPresent();
    } finally {
      places.release();
    }
  }

  private Optional<String> stored(PersonId person) {
    return jdbc
        .sql("SELECT password FROM gateway.credential WHERE person_id = :person AND password IS NOT NULL")
        .param("person", person.value()).query(String.class).optional();
  }

  private String hash(String password) {
    places.acquireUninterruptibly();
    try {
      return Objects.requireNonNull(encoder.encode(password), "a password has a hash");
    } finally {
      places.release();
    }
  }
}
