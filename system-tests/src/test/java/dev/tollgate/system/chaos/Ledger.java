package dev.tollgate.system.chaos;

import dev.tollgate.tenants.TenantId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the database says when all is over, by SQL of the test's own. */
final class Ledger {

  private final Map<UUID, Row> rows;
  private final int doubled;
  private final List<String> differences;
  private final long borneByOperator;

  /** What a request was billed: its usage record, with the one for its rest where a crash came in between. */
  record Row(TenantId tenant, String outcome, long inputTokens, long outputTokens, long pico, long freeTokens,
      long packMillitokens) {}

  private Ledger(Map<UUID, Row> rows, int doubled, List<String> differences, long borneByOperator) {
    this.rows = rows;
    this.doubled = doubled;
    this.differences = differences;
    this.borneByOperator = borneByOperator;
  }

  static Ledger read(PostgresServer server) throws SQLException {
    try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
      Map<UUID, Row> rows = new HashMap<>();
      int doubled = 0;
      try (ResultSet usage = statement.executeQuery(
          """
              SELECT COALESCE(i.request_id, u.request_id), u.tenant_id, string_agg(u.outcome, '+'), sum(u.input_tokens),
                sum(u.output_tokens), sum(u.amount_pico), sum(u.free_tokens), sum(u.pack_millitokens),
                count(*) FILTER (WHERE i.request_id IS NULL)
              FROM billing.usage u LEFT JOIN billing.interruption i ON i.remainder_id = u.request_id GROUP BY 1, 2""")) {
        while (usage.next()) {
          var row = new Row(new TenantId(usage.getObject(2, UUID.class)), usage.getString(3),
              usage.getLong(4),
              usage.getLong(5), usage.getLong(6), usage.getLong(7), usage.getLong(8));
          Row other = rows.put(usage.getObject(1, UUID.class), row);
          doubled += other != null || usage.getInt(9) != 1 ? 1 : 0;
        }
      }
      return new Ledger(rows, doubled, differences(statement), borne(statement));
    }
  }

  private static List<String> differences(Statement statement) throws SQLException {
    List<String> found = new ArrayList<>();
    try (ResultSet view = statement.executeQuery("SELECT * FROM billing.reconciliation")) {
      while (view.next()) {
        found.add(view.getString(1) + ": " + view.getString(2) + ", " + view.getString(3) + ", expected "
            + view.getString(4) + ", found " + view.getString(5));
      }
    }
    return found;
  }

  private static long borne(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("""
        SELECT COALESCE(sum(t.amount), 0) FROM billing.transfer t
        JOIN billing.account a ON a.id = t.debit_account AND a.kind = 'LOSS'""")) {
      row.next();
      return row.getBigDecimal(1).longValueExact();
    }
  }

  /** What is still leased of anybody's funds beyond what is spent of it and yet to be posted, in words. */
  static List<String> leased(PostgresServer server) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("""
            SELECT f.kind, f.tenant_id, f.leased, l.epoch, l.granted, clock_timestamp() - i.heartbeat_at
            FROM billing.fund f LEFT JOIN (
                SELECT d.account, sum(d.amount) AS amount
                FROM billing.posting p CROSS JOIN LATERAL unnest(p.accounts, p.amounts) AS d(account, amount)
                GROUP BY 1) spent ON spent.account = f.account_id
              LEFT JOIN billing.lease l ON l.account_id = f.account_id AND l.granted > 0
              LEFT JOIN billing.instance i ON i.epoch = l.epoch
            WHERE f.leased > COALESCE(spent.amount, 0)""")) {
      List<String> leased = new ArrayList<>();
      while (rows.next()) {
        leased.add(rows.getString(3) + " of " + rows.getString(1) + " of " + rows.getString(2) + ", of which "
            + rows.getString(5) + " by epoch " + rows.getString(4) + ", renewed " + rows.getString(6)
            + " ago");
      }
      return leased;
    }
  }

  /** What a customer has not spent, of money or the budget that is nearest to its end; what is yet to be posted is spent. */
  static long unspent(PostgresServer server, Customer customer) throws SQLException {
    try (Connection connection = server.connect();
        var statement = connection.prepareStatement("""
            SELECT min(f.balance + f.credit_limit - COALESCE((
              SELECT sum(d.amount)
              FROM billing.posting p CROSS JOIN LATERAL unnest(p.accounts, p.amounts) AS d(account, amount)
              WHERE d.account = f.account_id), 0))
            FROM billing.fund f WHERE f.tenant_id = ? AND f.kind IN ('MONEY', 'BUDGET')""")) {
      statement.setObject(1, customer.tenant().value());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBigDecimal(1).longValueExact();
      }
    }
  }

  Map<UUID, Row> rows() {
    return rows;
  }

  @Nullable
  Row row(@Nullable UUID id) {
    return id == null ? null : rows.get(id);
  }

  /** Rows that repeat a request's id. */
  int doubled() {
    return doubled;
  }

  /** Sums that should agree and do not. */
  List<String> differences() {
    return differences;
  }

  /** What late settlements of lost leases cost the operator, in any unit. */
  long borneByOperator() {
    return borneByOperator;
  }
}
