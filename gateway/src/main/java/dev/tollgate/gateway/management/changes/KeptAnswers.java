package dev.tollgate.gateway.management.changes;

import dev.tollgate.gateway.management.ManagementRole;
import dev.tollgate.tenants.TokenId;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Answers by token and idempotency key, for a day. All of it happens inside the transaction of the request. */
@Component
@ManagementRole
class KeptAnswers {

  private static final Duration KEPT = Duration.ofHours(24);
  private static final int REMOVED_AT_ONCE = 100;

  private final JdbcClient jdbc;
  private final Clock clock;

  KeptAnswers(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** What was answered to the request of a hash. */
  static final class Kept {

    private final byte[] hash;
    private final byte[] answer;

    Kept(byte[] hash, byte[] answer) {
      this.hash = hash;
      this.answer = answer;
    }

    byte[] hash() {
      return hash;
    }

    byte[] answer() {
      return answer;
    }
  }

  /**
   * Takes a key for a new request. While another transaction has it, this waits for that one's end.
   *
   * @return true if it is new; false if an answer is kept under it
   */
  boolean claim(TokenId token, String key, byte[] hash) {
    removeOld(token, key);
    return jdbc.sql("""
        INSERT INTO gateway.kept_answer (token_id, idempotency_key, request_hash, created_at)
        VALUES (:token, :key, :hash, :now) ON CONFLICT DO NOTHING
        """).param("token", token.value()).param("key", key).param("hash", hash)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC)).update() == 1;
  }

  void keep(TokenId token, String key, byte[] answer) {
    jdbc.sql("""
        UPDATE gateway.kept_answer SET answer = :answer WHERE token_id = :token AND idempotency_key = :key
        """).param("answer", answer).param("token", token.value()).param("key", key).update();
  }

  Optional<Kept> find(TokenId token, String key) {
    return jdbc.sql("""
        SELECT request_hash, answer FROM gateway.kept_answer
        WHERE token_id = :token AND idempotency_key = :key AND answer IS NOT NULL
        """).param("token", token.value()).param("key", key)
        .query((row, number) -> new Kept(row.getBytes("request_hash"), answer(row.getBytes("answer"))))
        .optional();
  }

  private static byte[] answer(byte @Nullable [] answer) {
    return answer == null ? new byte[0] : answer;
  }

  /** The key itself if it is old, and some others that are, whoever's: so the table needs nobody who cleans it. */
  private void removeOld(TokenId token, String key) {
    OffsetDateTime old = clock.instant().minus(KEPT).atOffset(ZoneOffset.UTC);
    jdbc.sql("""
        DELETE FROM gateway.kept_answer
        WHERE token_id = :token AND idempotency_key = :key AND created_at < :old
        """).param("token", token.value()).param("key", key).param("old", old).update();
    jdbc.sql("""
        DELETE FROM gateway.kept_answer WHERE (token_id, idempotency_key) IN (
          SELECT token_id, idempotency_key FROM gateway.kept_answer WHERE created_at < :old
          ORDER BY created_at LIMIT :atOnce FOR UPDATE SKIP LOCKED)
        """).param("old", old).param("atOnce", REMOVED_AT_ONCE).update();
  }
}
