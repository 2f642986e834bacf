package dev.tollgate.system;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Reads the books of a running Tollgate and adds them up independently of its own code. */
final class Books {

  /** What was credited to accounts: posted in the ledger, or written down and about to be. */
  private static final String MOVED = """
      WITH moved AS (
        SELECT credit_account AS account, amount FROM billing.transfer
        UNION ALL
        SELECT f.drawn_into, d.amount
        FROM billing.posting p CROSS JOIN unnest(p.accounts, p.amounts) AS d(account_id, amount)
        JOIN billing.fund f USING (account_id))
      """;

  private Books() {}

  /** Every sum that does not agree, in words; empty if the books are right. */
  static List<String> differences(RunningTollgate tollgate) throws SQLException, IOException {
    List<String> found = new ArrayList<>();
    try (var connection = tollgate.database(); var statement = connection.createStatement()) {
      check(statement, found, "usage amounts against what moved to revenue", MOVED
          + """
              SELECT (SELECT coalesce(sum(amount_pico), 0) FROM billing.usage),
                (SELECT coalesce(sum(m.amount), 0) FROM moved m JOIN billing.account a ON a.id = m.account AND a.kind = 'REVENUE')""");
      check(statement, found, "free tokens in usage against what moved out of allowances", MOVED + """
          SELECT (SELECT coalesce(sum(free_tokens), 0) FROM billing.usage),
            (SELECT coalesce(sum(m.amount), 0) FROM moved m
             JOIN billing.account a ON a.id = m.account AND a.kind = 'ALLOWANCE_USED')""");
      check(statement, found, "balances of funds against their transfers",
          """
              SELECT (SELECT coalesce(sum(balance), 0) FROM billing.fund),
                (SELECT coalesce(sum(CASE WHEN t.credit_account = f.account_id THEN t.amount ELSE -t.amount END), 0)
                 FROM billing.fund f JOIN billing.transfer t ON f.account_id IN (t.credit_account, t.debit_account))""");
      check(statement, found, "what funds have leased against the leases", """
          SELECT (SELECT coalesce(sum(leased), 0) FROM billing.fund),
            (SELECT coalesce(sum(granted), 0) FROM billing.lease)""");
    }
    return found;
  }

  private static void check(Statement statement, List<String> found, String what, String sql)
      throws SQLException {
    try (var result = statement.executeQuery(sql)) {
      result.next();
      if (result.getBigDecimal(1).compareTo(result.getBigDecimal(2)) != 0) {
        found.add(what + ": " + result.getBigDecimal(1) + " against " + result.getBigDecimal(2));
      }
    }
  }
}
