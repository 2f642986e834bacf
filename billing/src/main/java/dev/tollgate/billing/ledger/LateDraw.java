package dev.tollgate.billing.ledger;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A draw that no lease covers any more (ADR 0004): from what the fund has free, the rest from the operator's loss. */
final class LateDraw {

  private static final Logger log = LoggerFactory.getLogger(LateDraw.class);

  // The update names all that the CHECKs compare as it was locked: they are checked on the row of the snapshot first.
  private static final String DRAW = """
      WITH fund AS MATERIALIZED (
        SELECT *, LEAST(?::numeric, GREATEST(balance + credit_limit - leased, 0)) AS covered
        FROM billing.fund WHERE account_id = ? FOR NO KEY UPDATE),
      drawn AS (
        UPDATE billing.fund f
        SET balance = fund.balance - fund.covered, leased = fund.leased, credit_limit = fund.credit_limit
        FROM fund WHERE f.account_id = fund.account_id)
      INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason)
      SELECT ?::uuid, account_id, drawn_into, covered, unit, 'USAGE_LATE' FROM fund WHERE covered > 0
      UNION ALL
      SELECT ?::uuid, covered_by, drawn_into, ?::numeric - covered, unit, 'USAGE_UNFUNDED'
      FROM fund WHERE covered < ?::numeric
      """;

  private LateDraw() {}

  /**
   * Posts the draw.
   *
   * @throws IllegalStateException if the account is no fund
   */
  static void post(Connection connection, UUID batch, Share share, BigDecimal amount) throws SQLException {
    log.warn("A settlement of {} on account {} came after its lease of epoch {} was lost", amount,
        share.account(), share.epoch());
    try (PreparedStatement statement = connection.prepareStatement(DRAW)) {
      statement.setBigDecimal(1, amount);
      statement.setLong(2, share.account());
      statement.setObject(3, batch);
      statement.setObject(4, batch);
      statement.setBigDecimal(5, amount);
      statement.setBigDecimal(6, amount);
      if (statement.executeUpdate() == 0) {
        throw new IllegalStateException(
            "Usage is drawn from account " + share.account() + ", which is no fund");
      }
    }
  }
}
