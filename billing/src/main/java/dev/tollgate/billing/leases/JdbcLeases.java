package dev.tollgate.billing.leases;

import dev.tollgate.billing.ledger.Postings;
import dev.tollgate.billing.settlement.Interruptions;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.postgresql.util.PSQLState;
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
  // made while there were few leases from reading all leases of the epoch. An exchange that comes after a later one makes
  // a lease negative, which a CHECK refuses. What is supplied comes in rows of its own: to join them with the others would
  // compare each with each.
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
        INSERT INTO billing.lease AS l (epoch, account_id, granted, supplied, exchange, answered)
        SELECT ?, account_id, granted, granted, ?, (SELECT last_value FROM billing.recall) FROM sized WHERE granted > 0
        ON CONFLICT (epoch, account_id) DO UPDATE SET
          granted = CASE WHEN l.exchange < excluded.exchange THEN l.granted + excluded.granted ELSE -1 END,
          supplied = l.supplied + excluded.supplied, exchange = excluded.exchange,
          answered = CASE WHEN l.answered >= excluded.answered
            OR l.granted > billing.pending(l.account_id, l.epoch) THEN l.answered ELSE excluded.answered END
        RETURNING account_id, supplied)
      SELECT s.account_id, s.granted::bigint AS granted, s.free <= s.granted AS exhausted,
        (s.leased > s.own
          AND s.leased - s.own > billing.pending(s.account_id) - billing.pending(s.account_id, ?))
          OR others.answered IS NOT NULL AS leased_elsewhere,
        others.answered, NULL::numeric AS supplied
      FROM sized s
        CROSS JOIN LATERAL (
          SELECT min(o.answered) AS answered
          FROM billing.lease o WHERE o.account_id = s.account_id AND o.epoch <> ? AND o.granted > 0
            AND o.granted > billing.pending(o.account_id, o.epoch)) others
      UNION ALL SELECT account_id, NULL, NULL, NULL, NULL, supplied FROM leases
      """;

  private static final String EXPIRED = "expires_at < clock_timestamp() - ? * interval '1 millisecond'";

  private static final String GIVE_BACK = """
      WITH returned AS (
        SELECT * FROM unnest(?::bigint[], ?::bigint[]) AS r(account_id, amount)),
      locked AS MATERIALIZED (
        SELECT f.account_id, r.amount FROM billing.fund f JOIN returned r USING (account_id)
        ORDER BY f.account_id FOR NO KEY UPDATE OF f),
      leases AS (
        UPDATE billing.lease l SET granted = CASE WHEN l.exchange < ? THEN l.granted - r.amount ELSE -1 END,
          supplied = l.supplied - r.amount, exchange = ?, answered = GREATEST(l.answered, ?)
        FROM locked r WHERE l.epoch = ? AND l.account_id = r.account_id
        RETURNING l.account_id, r.amount)
      UPDATE billing.fund f SET leased = f.leased - l.amount
      FROM leases l WHERE f.account_id = l.account_id AND l.amount <> 0
      """;

  // Under the funds' locks, as all exchanges and postings are: what was before is through, and what comes later is refused.
  private static final String LOCK = "SELECT account_id FROM billing.fund WHERE account_id = ANY (?) ORDER BY account_id FOR NO KEY UPDATE";

  private static final String SUPERSEDE = """
      INSERT INTO billing.lease AS l (epoch, account_id, granted, exchange)
      SELECT ?, account_id, 0, ? FROM billing.fund WHERE account_id = ANY (?) ORDER BY account_id
      ON CONFLICT (epoch, account_id) DO UPDATE SET exchange = GREATEST(l.exchange, excluded.exchange)
      RETURNING account_id, supplied, (granted - billing.pending(account_id, epoch))::bigint AS leased
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
  public List<Grant> grant(long epoch, long number, List<Ask> asks) {
    var grants = new ArrayList<Grant>(asks.size());
    var supplied = HashMap.<Long, BigInteger>newHashMap(asks.size());
    try {
      jdbc.query(connection -> {
        PreparedStatement statement = connection.prepareStatement(GRANT);
        statement.setArray(1, longs(connection, asks, Ask::account));
        statement.setArray(2, longs(connection, asks, Ask::need));
        statement.setArray(3, longs(connection, asks, Ask::ahead));
        statement.setLong(4, epoch);
        statement.setLong(5, epoch);
        statement.setLong(6, number);
        statement.setLong(7, epoch);
        statement.setLong(8, epoch);
        return statement;
      }, row -> {
        BigDecimal sum = row.getBigDecimal("supplied");
        if (sum == null) {
          grants.add(grant(row));
        } else {
          supplied.put(row.getLong("account_id"), sum.toBigIntegerExact());
        }
      });
      grants
          .replaceAll(grant -> grant.suppliedInAll(supplied.getOrDefault(grant.account(), BigInteger.ZERO)));
      return grants;
    } catch (DataIntegrityViolationException e) {
      throw lostOr(epoch, e);
    }
  }

  @Override
  public void giveBack(long epoch, long number, List<Share> shares, long answering) {
    jdbc.update(connection -> {
      PreparedStatement statement = connection.prepareStatement(GIVE_BACK);
      statement.setArray(1, longs(connection, shares, Share::account));
      statement.setArray(2, longs(connection, shares, Share::amount));
      statement.setLong(3, number);
      statement.setLong(4, number);
      statement.setLong(5, answering);
      statement.setLong(6, epoch);
      return statement;
    });
  }

  @Override
  public List<Standing> supersede(long epoch, long number, List<Long> accounts) {
    try {
      List<Standing> standings = transaction.execute(status -> {
        jdbc.query(connection -> prepared(connection, LOCK, 1, accounts), row -> {});
        // Another statement, since it is to see what was committed until the locks were there.
        return jdbc.query(connection -> {
          PreparedStatement statement = prepared(connection, SUPERSEDE, 3, accounts);
          statement.setLong(1, epoch);
          statement.setLong(2, number);
          return statement;
        }, (row, count) -> new Standing(row.getLong("account_id"),
            row.getBigDecimal("supplied").toBigIntegerExact(),
            row.getLong("leased")));
      });
      return Objects.requireNonNull(standings);
    } catch (DataIntegrityViolationException e) {
      throw lostOr(epoch, e);
    }
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

  /** No instance is there to refer to, or a later exchange was there before; any other refusal is what it says. */
  private static RuntimeException lostOr(long epoch, DataIntegrityViolationException refusal) {
    String state = refusal.getMostSpecificCause() instanceof SQLException cause ? cause.getSQLState() : null;
    return PSQLState.FOREIGN_KEY_VIOLATION.getState().equals(state)
        || PSQLState.CHECK_VIOLATION.getState().equals(state) ? new EpochLostException(epoch, refusal)
            : refusal;
  }

  private static PreparedStatement prepared(Connection connection, String sql, int parameter,
      List<Long> accounts) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setArray(parameter, longs(connection, accounts, Long::longValue));
    return statement;
  }

  private static Grant grant(ResultSet row) throws SQLException {
    return new Grant(row.getLong("account_id"), row.getLong("granted"), row.getBoolean("exhausted"),
        row.getBoolean("leased_elsewhere"), row.getLong("answered"), BigInteger.ZERO);
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
