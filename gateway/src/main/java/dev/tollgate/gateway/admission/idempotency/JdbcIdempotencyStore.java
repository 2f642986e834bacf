package dev.tollgate.gateway.admission.idempotency;

import dev.tollgate.billing.RequestId;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table of keys. Time counts by the database's clock. */
final class JdbcIdempotencyStore {

  // Taken over is a claim that nobody runs any more, with its request id: if the first attempt came to be billed after
  // all, settling the second changes nothing. A key whose day is over is as good as new.
  private static final String CLAIM = """
      INSERT INTO gateway.idempotency AS i
        (key_id, idempotency_key, tenant_id, fingerprint, request_id, attempt, epoch, state, expires_at)
      VALUES (:keyId, :key, :tenant, :fingerprint, :attempt, :attempt, :epoch, 'RUNNING',
        clock_timestamp() + :keepMillis * interval '1 millisecond')
      ON CONFLICT (key_id, idempotency_key) DO UPDATE SET
        fingerprint = excluded.fingerprint, attempt = excluded.attempt, epoch = excluded.epoch, state = 'RUNNING',
        content_type = NULL, body = NULL, body_bytes = 0, unpacked_bytes = NULL, claimed_at = clock_timestamp(),
        request_id = CASE WHEN i.expires_at <= clock_timestamp() THEN excluded.request_id ELSE i.request_id END,
        expires_at = CASE WHEN i.expires_at <= clock_timestamp() THEN excluded.expires_at ELSE i.expires_at END
      WHERE i.expires_at <= clock_timestamp()
        OR (i.state = 'RUNNING' AND i.fingerprint = excluded.fingerprint AND NOT EXISTS (
          SELECT FROM gateway.instance n WHERE n.epoch = i.epoch AND n.ended_at IS NULL))
      RETURNING request_id
      """;

  private static final String ONE_ATTEMPT = """
       WHERE key_id = :keyId AND idempotency_key = :key AND attempt = :attempt AND epoch = :epoch
        AND state = 'RUNNING'
      """;

  private final JdbcClient jdbc;

  JdbcIdempotencyStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * The one who runs a request: whoever took it over since is another one.
   *
   * @param attempt the id that its request came with
   */
  record Holder(UUID keyId, String key, RequestId attempt, long epoch) {}

  /** What the holder of a key that was free runs it under, its own id or that of an attempt before; empty if it was not. */
  Optional<RequestId> claim(Holder holder, TenantId tenant, byte[] fingerprint, Duration keep) {
    return ofHolder(CLAIM, holder).param("tenant", tenant.value()).param("fingerprint", fingerprint)
        .param("keepMillis", keep.toMillis()).query(UUID.class).optional()
        .map(RequestId::new);
  }

  /** What became of the request that has a key; empty if there is none. */
  Optional<Claim> find(Caller caller, String key, byte[] fingerprint) {
    return jdbc.sql("""
        SELECT fingerprint = ?, request_id, state, content_type, body, unpacked_bytes FROM gateway.idempotency
        WHERE key_id = ? AND idempotency_key = ?
        """).params(fingerprint, caller.key().value(), key).query((row, number) -> found(row)).optional();
  }

  /** @param body null if it is too long to be kept */
  void complete(Holder holder, String contentType, @Nullable KeptBody body) {
    var _ = ofHolder("UPDATE gateway.idempotency SET state = 'DONE', content_type = :type, body = :body, "
        + "body_bytes = :bytes, unpacked_bytes = :unpacked" + ONE_ATTEMPT, holder).param("type", contentType)
        .param("body", body == null ? null : body.bytes()).param("bytes", body == null ? 0 : body.size())
        .param("unpacked", body == null || !body.isCompressed() ? null : body.length(), Types.INTEGER)
        .update();
  }

  void abandon(Holder holder) {
    var _ = ofHolder("UPDATE gateway.idempotency SET state = 'ABANDONED'" + ONE_ATTEMPT, holder).update();
  }

  /** Has the next request with the key take over under the same request id; false if the key is not this holder's. */
  boolean giveUp(Holder holder) {
    return ofHolder("UPDATE gateway.idempotency SET epoch = NULL" + ONE_ATTEMPT, holder).update() == 1;
  }

  void free(Holder holder) {
    var _ = ofHolder("DELETE FROM gateway.idempotency" + ONE_ATTEMPT, holder).update();
  }

  /** Deletes keys whose time is over; returns how many, at most the given number. */
  int deleteExpired(int atMost) {
    return jdbc.sql("""
        DELETE FROM gateway.idempotency WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM gateway.idempotency WHERE expires_at <= clock_timestamp()
          ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED))
        """).param(atMost).update();
  }

  Set<TenantId> tenantsOver(long keys, long bytes) {
    return jdbc.sql("""
        SELECT tenant_id FROM gateway.idempotency GROUP BY tenant_id
        HAVING count(*) >= ? OR sum(body_bytes) >= ?
        """).params(keys, bytes).query(UUID.class).list().stream().map(TenantId::new)
        .collect(Collectors.toUnmodifiableSet());
  }

  private JdbcClient.StatementSpec ofHolder(String sql, Holder holder) {
    return jdbc.sql(sql).param("keyId", holder.keyId()).param("key", holder.key())
        .param("attempt", holder.attempt().value()).param("epoch", holder.epoch());
  }

  private static Claim found(ResultSet row) throws SQLException {
    if (!row.getBoolean(1)) {
      return new Claim.OtherRequest();
    }
    var first = new RequestId(row.getObject(2, UUID.class));
    return switch (row.getString(3)) {
      case "DONE" -> {
        byte[] body = row.getBytes(5);
        int unpacked = row.getInt(6);
        yield body == null ? new Claim.NotKept(first)
            : new Claim.Finished(new KeptAnswer(first, row.getString(4),
                unpacked == 0 ? KeptBody.plain(body) : KeptBody.compressed(body, unpacked)));
      }
      case "ABANDONED" -> new Claim.Abandoned(first);
      default -> new Claim.Running();
    };
  }
}
