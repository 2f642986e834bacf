package dev.tollgate.billing.leases;

import dev.tollgate.billing.ledger.Postings;
import dev.tollgate.billing.settlement.Interruptions;
import dev.tollgate.tenants.TenantId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The leases in PostgreSQL. Time to live counts by the database's clock, the only one that all instances share. What
 * settled usage drew and is not posted yet (ADR 0007) is still in {@code granted}, {@code leased} and {@code balance}:
 * what is free is the same with it and without.
 */
final class JdbcLeases implements Leases {

  private static final Logger log = LoggerFactory.getLogger(JdbcLeases.class);

  // The update names all that the CHECKs compare as it was locked: they are checked on the row of the snapshot first,
  // which another instance's return or a top-up may have changed by the time it is locked. The LIMIT keeps a plan that was
  // made while there were few leases from reading all leases of the epoch.
  private static final String GRANT = """
      WITH asked AS (
        SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS a(account_id, need, ahead)),
      locked AS MATERIALIZED (
        SELECT f.account_id, a.need, a.ahead, f.leased, f.balance, f.credit_limit,
          GREATEST(f.balance + LEAST(f.credit_limit, f.agreed_limit) - f.leased, 0) AS free
        FROM billing.fund f JOIN asked a USING (account_id)
        ORDER BY f.account_id FOR NO KEY UPDATE OF f),
      sized AS (
        SELECT f.account_id, f.leased, f.balance, f.credit_limit, f.free, COALESCE(own.granted, 0) AS own,
          LEAST(f.free, f.need + LEAST(f.ahead, div(GREATEST(f.free - f.need, 0),
            CASE WHEN f.leased > COALESCE(own.granted, 0) THEN 8 ELSE 2 END))) AS granted
        FROM locked f
          LEFT JOIN LATERAL (
            SELECT granted FROM billing.lease WHERE epoch = ? AND account_id = f.account_id LIMIT 1) own ON TRUE),
      funds AS (
        UPDATE billing.fund f
        SET leased = s.leased + s.granted, balance = s.balance, credit_limit = s.credit_limit
        FROM sized s WHERE f.account_id = s.account_id AND s.granted > 0),
      leases AS (
        INSERT INTO billing.lease AS l (epoch, account_id, granted, answered)
        SELECT ?, account_id, granted, (SELECT last_value FROM billing.recall) FROM sized WHERE granted > 0
        ON CONFLICT (epoch, account_id) DO UPDATE SET granted = l.granted + excluded.granted,
          answered = CASE WHEN l.answered >= excluded.answered
            OR l.granted > billing.pending(l.account_id, l.epoch) THEN l.answered ELSE excluded.answered END)
      SELECT s.account_id, s.granted::bigint AS granted, s.free <= s.granted AS exhausted,
        (s.leased > s.own
          AND s.leased - s.own > billing.pending(s.account_id) - billing.pending(s.account_id, ?))
          OR others.answered IS NOT NULL AS leased_elsewhere,
        others.answered
      FROM sized s
        CROSS JOIN LATERAL (
          SELECT min(o.answered) AS answered
          FROM billing.lease o WHERE o.account_id = s.account_id AND o.epoch <> ? AND o.granted > 0
            AND o.granted > billing.pending(o.account_id, o.epoch)) others
      """;

  private static final String EXPIRED = "expires_at < clock_timestamp() - ? * interval '1 millisecond'";

  private static final String GIVE_BACK = """
      WITH returned AS (
        SELECT * FROM unnest(?::bigint[], ?::bigint[]) AS r(account_id, amount)),
      locked AS MATERIALIZED (
        SELECT f.account_id, r.amount FROM billing.fund f JOIN returned r USING (account_id)
        ORDER BY f.account_id FOR NO KEY UPDATE OF f),
      leases AS (
        UPDATE billing.lease l SET granted = l.granted - r.amount, answered = GREATEST(l.answered, ?)
        FROM locked r WHERE l.epoch = ? AND l.account_id = r.account_id
        RETURNING l.account_id, r.amount)
      UPDATE billing.fund f SET leased = f.leased - l.amount
      FROM leases l WHERE f.account_id = l.account_id AND l.amount <> 0
      """;

  private final JdbcTemplate jdbc;
  private final JdbcTemplate renewals;
  private final TransactionTemplate transaction;

  JdbcLeases(JdbcTemplate jdbc, JdbcTemplate renewals) {
    this.jdbc = jdbc;
    this.renewals = renewals;
    this.transaction = new TransactionTemplate(
        new JdbcTransactionManager(Objects.requireNonNull(jdbc.getDataSource())));
  }

  @Override
  public long register(UUID instance, Duration timeToLive) {
    return Objects.requireNonNull(renewals.queryForObject("""
        INSERT INTO billing.instance (id, expires_at)
        VALUES (?, clock_timestamp() + ? * interval '1 millisecond') RETURNING epoch
        """, Long.class, instance, timeToLive.toMillis()));
  }

  @Override
  public boolean renew(long epoch, Duration timeToLive) {
    return renewals.update("""
        UPDATE billing.instance SET heartbeat_at = clock_timestamp(),
          expires_at = clock_timestamp() + ? * interval '1 millisecond'
        WHERE epoch = ?
        """, timeToLive.toMillis(), epoch) == 1;
  }

  @Override
  public List<Grant> grant(long epoch, List<Ask> asks) {
    try {
      return jdbc.query(connection -> {
        PreparedStatement statement = connection.prepareStatement(GRANT);
        statement.setArray(1, longs(connection, asks, Ask::account));
        statement.setArray(2, longs(connection, asks, Ask::need));
        statement.setArray(3, longs(connection, asks, Ask::ahead));
        statement.setLong(4, epoch);
        statement.setLong(5, epoch);
        statement.setLong(6, epoch);
        statement.setLong(7, epoch);
        return statement;
      }, (row, number) -> grant(row));
    } catch (DataIntegrityViolationException e) {
      throw new EpochLostException(epoch, e);
    }
  }

  @Override
  public void giveBack(long epoch, List<Share> shares, long answering) {
    jdbc.update(connection -> {
      PreparedStatement statement = connection.prepareStatement(GIVE_BACK);
      statement.setArray(1, longs(connection, shares, Share::account));
      statement.setArray(2, longs(connection, shares, Share::amount));
      statement.setLong(3, answering);
      statement.setLong(4, epoch);
      return statement;
    });
  }

  @Override
  public List<Share> leased(long epoch, List<Long> accounts) {
    return jdbc.query(connection -> {
      PreparedStatement statement = connection.prepareStatement("""
          SELECT account_id, granted - billing.pending(account_id, epoch) FROM billing.lease
          WHERE epoch = ? AND account_id = ANY (?)
          """);
      statement.setLong(1, epoch);
      statement.setArray(2, longs(connection, accounts, Long::longValue));
      return statement;
    }, (row, number) -> new Share(row.getLong(1), row.getLong(2)));
  }

  @Override
  public long recall(TenantId tenant) {
    return Objects.requireNonNull(jdbc.queryForObject("""
        WITH recall AS (SELECT nextval('billing.recall') AS number)
        SELECT number FROM recall, pg_notify('tollgate_changes', 'recall:' || ? || ' ' || number)
        """, Long.class, tenant.toString()));
  }

  // What is drawn and not posted yet is in the balance and in what is leased, and cancels out.
  @Override
  public List<Recall> recallOverleased(long epoch) {
    return jdbc.query("""
        WITH overleased AS MATERIALIZED (
          SELECT DISTINCT f.tenant_id FROM billing.lease l JOIN billing.fund f ON f.account_id = l.account_id
          WHERE l.epoch = ? AND l.granted > 0 AND f.balance + f.agreed_limit < f.leased)
        SELECT tenant_id, nextval('billing.recall') AS number FROM overleased
        """, (row, number) -> new Recall(new TenantId(row.getObject("tenant_id", UUID.class)),
        row.getLong("number")), epoch);
  }

  @Override
  public void retire(long epoch) {
    transaction.executeWithoutResult(status -> {
      List<Long> own = jdbc.queryForList("SELECT epoch FROM billing.instance WHERE epoch = ? FOR UPDATE",
          Long.class, epoch);
      own.forEach(this::end);
    });
  }

  // In any order, so that one that cannot be ended does not keep the others from it for long.
  @Override
  public List<Long> reclaim(Duration margin) {
    List<Long> expired = jdbc.queryForList(
        "SELECT epoch FROM billing.instance WHERE " + EXPIRED + " ORDER BY random() LIMIT 16", Long.class,
        margin.toMillis());
    var ended = new TreeSet<Long>();
    for (long epoch : expired) {
      try {
        ended.addAll(reclaim(epoch, margin));
      } catch (RuntimeException e) {
        if (ended.isEmpty()) {
          throw e;
        }
        log.warn("The leases of epoch {} could not be taken back: {}", epoch, e.toString());
        break;
      }
    }
    return List.copyOf(ended);
  }

  /** Each in a transaction of its own, so that it has a statement's time for itself and locks no other's funds. */
  private List<Long> reclaim(long epoch, Duration margin) {
    return Objects.requireNonNull(transaction.execute(status -> {
      List<Long> expired = jdbc.queryForList(
          "SELECT epoch FROM billing.instance WHERE epoch = ? AND " + EXPIRED + " FOR UPDATE SKIP LOCKED",
          Long.class, epoch, margin.toMillis());
      expired.forEach(this::end);
      return expired;
    }));
  }

  /**
   * The lock on the instance's row keeps new leases and new draws out, the locks on the funds keep the present leases
   * still. What was interrupted is settled, and what was drawn from a lease and is not posted yet is posted, so that just
   * the rest is free.
   */
  private void end(long epoch) {
    jdbc.execute((ConnectionCallback<Boolean>) connection -> {
      Interruptions.settle(connection, epoch);
      Postings.ofEpoch(connection, epoch);
      return true;
    });
    jdbc.update(
        """
            WITH ended AS (DELETE FROM billing.lease WHERE epoch = ? RETURNING account_id, granted)
            UPDATE billing.fund f SET leased = f.leased - e.granted FROM ended e WHERE f.account_id = e.account_id
            """,
        epoch);
    jdbc.update("DELETE FROM billing.instance WHERE epoch = ?", epoch);
  }

  private static Grant grant(ResultSet row) throws SQLException {
    long answered = row.getLong("answered");
    return new Grant(row.getLong("account_id"), row.getLong("granted"), row.getBoolean("exhausted"),
        row.getBoolean("leased_elsewhere"), row.wasNull() ? 0 : answered);
  }

  private static <T> Array longs(Connection connection, List<T> values, ToLongFunction<T> of)
      throws SQLException {
    Object[] array = new Object[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = of.applyAsLong(values.get(i));
    }
    return connection.createArrayOf("int8", array);
  }
}
