package dev.tollgate.billing.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves settled amounts out of funds, within the settlement's transaction: balance, leased and the lease's share fall
 * by the same sum, and one transfer per fund says so.
 *
 * <p>A share that is no longer leased (the instance was taken for dead, see "Partition that outlasts a lease" in ADR
 * 0004) is drawn from what the fund has free; what it no longer covers goes to the operator's loss, never to the tenant.
 */
public final class Draws {

  private static final Logger log = LoggerFactory.getLogger(Draws.class);

  private static final String DRAW = """
      WITH drawn AS (
        SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS d(epoch, account_id, amount)),
      locked AS MATERIALIZED (
        SELECT f.account_id FROM billing.fund f WHERE f.account_id IN (SELECT account_id FROM drawn)
        ORDER BY f.account_id FOR NO KEY UPDATE OF f),
      leases AS (
        UPDATE billing.lease l SET granted = l.granted - d.amount
        FROM drawn d JOIN locked USING (account_id)
        WHERE l.epoch = d.epoch AND l.account_id = d.account_id AND l.granted >= d.amount
        RETURNING l.epoch, l.account_id, d.amount),
      funds AS (
        UPDATE billing.fund f SET balance = f.balance - s.amount, leased = f.leased - s.amount
        FROM (SELECT account_id, sum(amount) AS amount FROM leases GROUP BY account_id) s
        WHERE f.account_id = s.account_id
        RETURNING f.account_id, f.unit, f.drawn_into, s.amount),
      posted AS (
        INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason)
        SELECT ?, account_id, drawn_into, amount, unit, 'USAGE' FROM funds)
      SELECT epoch, account_id FROM leases
      """;

  private static final String DRAW_LATE = """
      WITH fund AS (
        SELECT *, LEAST(?::numeric, GREATEST(balance + credit_limit - leased, 0)) AS covered
        FROM billing.fund WHERE account_id = ? FOR NO KEY UPDATE),
      drawn AS (
        UPDATE billing.fund f SET balance = f.balance - fund.covered
        FROM fund WHERE f.account_id = fund.account_id)
      INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason)
      SELECT ?::uuid, account_id, drawn_into, covered, unit, 'USAGE_LATE' FROM fund WHERE covered > 0
      UNION ALL
      SELECT ?::uuid, covered_by, drawn_into, ?::numeric - covered, unit, 'USAGE_UNFUNDED'
      FROM fund WHERE covered < ?::numeric
      """;

  private final Map<Share, Long> amounts = new LinkedHashMap<>();

  /**
   * Adds an amount to what is to be drawn.
   *
   * @throws ArithmeticException if the sum does not fit in a {@code long}
   */
  public void add(long epoch, long account, long amount) {
    if (amount > 0) {
      amounts.merge(new Share(epoch, account), amount, Math::addExact);
    }
  }

  /** Draws it all. The connection's transaction is the caller's. */
  public void post(Connection connection, UUID batch) throws SQLException {
    if (amounts.isEmpty()) {
      return;
    }
    var missing = new LinkedHashMap<>(amounts);
    try (PreparedStatement statement = connection.prepareStatement(DRAW)) {
      List<Share> shares = List.copyOf(amounts.keySet());
      statement.setArray(1, connection.createArrayOf("int8", shares.stream().map(Share::epoch).toArray()));
      statement.setArray(2, connection.createArrayOf("int8", shares.stream().map(Share::account).toArray()));
      statement.setArray(3, connection.createArrayOf("int8", shares.stream().map(amounts::get).toArray()));
      statement.setObject(4, batch);
      try (ResultSet drawn = statement.executeQuery()) {
        while (drawn.next()) {
          missing.remove(new Share(drawn.getLong(1), drawn.getLong(2)));
        }
      }
    }
    for (var late : missing.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
      postLate(connection, batch, late.getKey(), late.getValue());
    }
  }

  private static void postLate(Connection connection, UUID batch, Share share, long amount)
      throws SQLException {
    log.warn("A settlement of {} on account {} came after its lease of epoch {} was lost", amount,
        share.account(), share.epoch());
    try (PreparedStatement statement = connection.prepareStatement(DRAW_LATE)) {
      statement.setLong(1, amount);
      statement.setLong(2, share.account());
      statement.setObject(3, batch);
      statement.setObject(4, batch);
      statement.setLong(5, amount);
      statement.setLong(6, amount);
      statement.executeUpdate();
    }
  }

  private record Share(long epoch, long account) implements Comparable<Share> {

    @Override
    public int compareTo(Share other) {
      return account == other.account ? Long.compare(epoch, other.epoch)
          : Long.compare(account, other.account);
    }
  }
}
