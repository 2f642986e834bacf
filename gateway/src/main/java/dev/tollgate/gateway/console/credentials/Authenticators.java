package dev.tollgate.gateway.console.credentials;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.tenants.PersonId;
import dev.tollgate.tenants.secrets.SealingKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Authenticator apps, whose codes are a second factor. Their secrets are sealed: the database cannot make codes. */
@Component
@PagesRole
public class Authenticators {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ISSUER = "Tollgate";

  private final JdbcClient jdbc;
  private final Sealed sealed;
  private final Clock clock;

  Authenticators(JdbcClient jdbc, SealingKey key, Clock clock) {
    this.jdbc = jdbc;
    this.sealed = new Sealed(key.of("authenticator apps"));
    this.clock = clock;
  }

  /** As the database has it, with the secret in base 32. */
  private record Stored(String secret, long lastStep) {}

  /** A new secret, for the person's app and the form that confirms it; nothing is kept. */
  public static String newSecret() {
    byte[] secret = new byte[Totp.SECRET_BYTES];
    RANDOM.nextBytes(secret);
    return Base32.encode(secret);
  }

  /** What the app reads from the picture. */
  public static String uri(String email, String secret) {
    return "otpauth://totp/" + ISSUER + ":" + URLEncoder.encode(email, StandardCharsets.UTF_8) + "?secret="
        + secret + "&issuer=" + ISSUER;
  }

  public boolean has(PersonId person) {
    return stored(person).isPresent();
  }

  /** Keeps a secret if a code shows that the app has it; false if it does not. */
  public boolean set(PersonId person, String secret, String code) {
    byte[] bytes;
    try {
      bytes = Base32.decode(secret);
    } catch (IllegalArgumentException e) {
      return false;
    }
    long step = Totp.accepted(bytes, plain(code), clock.instant(), 0);
    if (bytes.length != Totp.SECRET_BYTES || step < 0) {
      return false;
    }
    jdbc.sql(
        """
            INSERT INTO gateway.credential (person_id, totp_secret, totp_last_step) VALUES (:person, :secret, :step)
            ON CONFLICT (person_id) DO UPDATE
              SET totp_secret = excluded.totp_secret, totp_last_step = excluded.totp_last_step
            """)
        .param("person", person.value()).param("secret", sealed.seal(bytes)).param("step", step).update();
    return true;
  }

  public void remove(PersonId person) {
    jdbc.sql("UPDATE gateway.credential SET totp_secret = NULL WHERE person_id = :person")
        .param("person", person.value()).update();
  }

  /** Whether a code is the person's now. Each counts once, also where two requests send it at one instant. */
  public boolean accepts(PersonId person, String code) {
    Optional<Stored> stored = stored(person);
    if (stored.isEmpty()) {
      return false;
    }
    long step = Totp.accepted(Base32.decode(stored.get().secret()), plain(code), clock.instant(),
        stored.get().lastStep());
    return step >= 0 && jdbc
        .sql(
            """
                UPDATE gateway.credential SET totp_last_step = :step WHERE person_id = :person AND totp_last_step < :step
                """)
        .param("step", step).param("person", person.value()).update() == 1;
  }

  private Optional<Stored> stored(PersonId person) {
    return jdbc.sql("""
        SELECT totp_secret, totp_last_step FROM gateway.credential
        WHERE person_id = :person AND totp_secret IS NOT NULL
        """).param("person", person.value())
        .query((row, number) -> new Stored(Base32.encode(sealed.open(row.getBytes("totp_secret"))),
            row.getLong("totp_last_step")))
        .optional();
  }

  private static String plain(String code) {
    return code.replace(" ", "");
  }
}
