package dev.tollgate.gateway.console.credentials;

import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.tenants.PersonId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts attempts at passwords, codes and links, of everybody on all instances. An attempt counts before it is judged, so
 * that many at one instant gain nothing. What succeeds takes its person's count back, never the address's.
 */
@Component
@PagesRole
public class SignInAttempts {

  /** How long an attempt counts. */
  public static final Duration WINDOW = Duration.ofMinutes(15);

  static final int PER_PERSON = 10;
  static final int PER_ADDRESS = 100;

  private static final int LONGEST_SUBJECT = 280;

  private final JdbcClient jdbc;
  private final Clock clock;

  SignInAttempts(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Counts an attempt at signing in as somebody; false if there were too many. */
  public boolean mayTry(String email, String address) {
    return counts("from " + address, PER_ADDRESS)
        && counts("as " + email.strip().toLowerCase(Locale.ROOT), PER_PERSON);
  }

  /** Counts an attempt at a code or a password of somebody who is known already. */
  public boolean mayTry(PersonId person, String address) {
    return counts("from " + address, PER_ADDRESS) && counts("by " + person, PER_PERSON);
  }

  /** Counts an attempt at a secret that belongs to nobody yet. */
  public boolean mayTry(String address) {
    return counts("from " + address, PER_ADDRESS);
  }

  public void succeeded(String email, PersonId person) {
    jdbc.sql("DELETE FROM gateway.sign_in_attempt WHERE subject IN (:email, :person)")
        .param("email", cut("as " + email.strip().toLowerCase(Locale.ROOT))).param("person", "by " + person)
        .update();
  }

  private boolean counts(String subject, int most) {
    Instant now = clock.instant();
    OffsetDateTime since = now.minus(WINDOW).atOffset(ZoneOffset.UTC);
    jdbc.sql("DELETE FROM gateway.sign_in_attempt WHERE at < :since").param("since", since).update();
    jdbc.sql("INSERT INTO gateway.sign_in_attempt (subject, at) VALUES (:subject, :now)")
        .param("subject", cut(subject)).param("now", now.atOffset(ZoneOffset.UTC)).update();
    return jdbc.sql("SELECT count(*) FROM gateway.sign_in_attempt WHERE subject = :subject AND at >= :since")
        .param("subject", cut(subject)).param("since", since).query(Long.class).single() <= most;
  }

  private static String cut(String subject) {
    return subject.substring(0, Math.min(LONGEST_SUBJECT, subject.length()));
  }
}
