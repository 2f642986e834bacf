package dev.tollgate.billing.ledger;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Moves what {@link Draws} wrote down out of funds: balance, leased and the lease's share fall by the same sum, so that
 * what is free does not change, and one transfer per fund says so. Pending rows are locked before funds, funds in the
 * order of their accounts.
 */
public final class Postings {

  /** Into how many buckets {@code billing.posting_bucket} parts the accounts. */
  static final int BUCKETS = 64;

  /** Never waits for another's rows: whoever has locked them posts them. */
  private static final String CLAIM_BUCKET = """
      WITH claimed AS MATERIALIZED (
        DELETE FROM billing.posting p USING (
          SELECT bucket, id FROM billing.posting WHERE bucket = ? FOR UPDATE SKIP LOCKED) c
        WHERE p.bucket = c.bucket AND p.id = c.id
        RETURNING p.epoch, p.accounts, p.amounts),
      """;

  private static final String CLAIM_EPOCH = """
      WITH claimed AS MATERIALIZED (
        DELETE FROM billing.posting WHERE epoch = ? RETURNING epoch, accounts, amounts),
      """;

  // The update names all that the CHECKs compare as it was locked: they are checked on the row of the snapshot first.
  // Nothing joins two results of this statement by loops, whatever the planner takes their sizes to be (it guesses some
  // ten rows): an epoch may have leased of ten thousand accounts.
  private static final String POST = """
      due AS MATERIALIZED (
        SELECT c.epoch, d.account_id, sum(d.amount) AS amount
        FROM claimed c CROSS JOIN unnest(c.accounts, c.amounts) AS d(account_id, amount) GROUP BY 1, 2),
      locked AS MATERIALIZED (
        SELECT d.epoch, f.account_id, d.amount, f.balance, f.leased, f.credit_limit
        FROM due d JOIN billing.fund f USING (account_id)
        ORDER BY f.account_id FOR NO KEY UPDATE OF f),
      leases AS (
        UPDATE billing.lease l SET granted = l.granted - d.amount
        FROM locked d
        WHERE l.epoch = d.epoch AND l.account_id = d.account_id AND l.granted >= d.amount
        RETURNING l.epoch, l.account_id, d.amount, d.balance, d.leased, d.credit_limit),
      funds AS (
        UPDATE billing.fund f
        SET balance = s.balance - s.amount, leased = s.leased - s.amount, credit_limit = s.credit_limit
        FROM (
          SELECT account_id, sum(amount) AS amount, min(balance) AS balance, min(leased) AS leased,
            min(credit_limit) AS credit_limit
          FROM leases GROUP BY account_id) s
        WHERE f.account_id = s.account_id
        RETURNING f.account_id, f.unit, f.drawn_into, s.amount),
      posted AS (
        INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason)
        SELECT ?, account_id, drawn_into, amount, unit, 'USAGE' FROM funds)
      SELECT epoch, account_id, amount FROM due EXCEPT SELECT epoch, account_id, amount FROM leases
      """;

  private Postings() {}

  /** Which bucket an account belongs to, as {@code billing.posting_bucket} says. */
  static short bucket(long account) {
    return (short) (account & (BUCKETS - 1));
  }

  /** Posts what is pending in a bucket of accounts. The connection's transaction is the caller's. */
  static void ofBucket(Connection connection, int bucket) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLAIM_BUCKET + POST)) {
      statement.setInt(1, bucket);
      post(connection, statement);
    }
  }

  /**
   * Posts all that is pending of an epoch, and locks every fund that it has leased. The connection's transaction is the
   * caller's, who has locked the epoch, so that nothing can be added.
   */
  public static void ofEpoch(Connection connection, long epoch) throws SQLException {
    lock(connection, "SELECT FROM billing.posting WHERE epoch = ? FOR UPDATE", epoch);
    lock(connection,
        """
            SELECT FROM billing.fund WHERE account_id IN (SELECT account_id FROM billing.lease WHERE epoch = ?)
            ORDER BY account_id FOR NO KEY UPDATE
            """,
        epoch);
    try (PreparedStatement statement = connection.prepareStatement(CLAIM_EPOCH + POST)) {
      statement.setLong(1, epoch);
      post(connection, statement);
    }
  }

  private static void lock(Connection connection, String select, long epoch) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(select)) {
      statement.setLong(1, epoch);
      statement.execute();
    }
  }

  private static void post(Connection connection, PreparedStatement statement) throws SQLException {
    UUID batch = UUID.randomUUID();
    statement.setObject(2, batch);
    var uncovered = new TreeMap<Share, BigDecimal>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        uncovered.put(new Share(rows.getLong(1), rows.getLong(2)), rows.getBigDecimal(3));
      }
    }
    for (Map.Entry<Share, BigDecimal> late : uncovered.entrySet()) {
      LateDraw.post(connection, batch, late.getKey(), late.getValue());
    }
  }
}
