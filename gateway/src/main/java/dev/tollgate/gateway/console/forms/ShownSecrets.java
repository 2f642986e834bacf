package dev.tollgate.gateway.console.forms;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.credentials.Sealed;
import dev.tollgate.gateway.console.sessions.Visitor;
import dev.tollgate.tenants.secrets.LinkSecret;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Secrets that were just made: shown to the session that made them for some minutes, so that neither a page that is loaded
 * again nor a button that is pressed twice loses them. The database has them sealed under the session's cookie.
 */
@Component
@PagesRole
public class ShownSecrets {

  private static final Duration SHOWN = Duration.ofMinutes(10);

  private final JdbcClient jdbc;
  private final Clock clock;

  ShownSecrets(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Keeps a secret for the session, by the id of what it opens. */
  public void keep(Visitor visitor, Object subject, String secret) {
    Instant now = clock.instant();
    jdbc.sql("DELETE FROM gateway.shown_secret WHERE expires_at < :now")
        .param("now", now.atOffset(ZoneOffset.UTC)).update();
    jdbc.sql("""
        INSERT INTO gateway.shown_secret (session_id, subject, sealed, expires_at)
        VALUES (:session, :subject, :sealed, :expires)
        """).param("session", visitor.session().id()).param("subject", subject.toString())
        .param("sealed", seal(visitor).seal(secret.getBytes(StandardCharsets.UTF_8)))
        .param("expires", now.plus(SHOWN).atOffset(ZoneOffset.UTC)).update();
  }

  public Optional<String> find(Visitor visitor, Object subject) {
    return jdbc.sql("""
        SELECT sealed FROM gateway.shown_secret
        WHERE session_id = :session AND subject = :subject AND expires_at > :now
        """).param("session", visitor.session().id()).param("subject", subject.toString())
        .param("now", clock.instant().atOffset(ZoneOffset.UTC)).query(byte[].class).optional()
        .map(sealed -> new String(seal(visitor).open(sealed), StandardCharsets.UTF_8));
  }

  private static Sealed seal(Visitor visitor) {
    return new Sealed(new SecretKeySpec(LinkSecret.hash("shown secrets of " + visitor.cookie()), "AES"));
  }
}
