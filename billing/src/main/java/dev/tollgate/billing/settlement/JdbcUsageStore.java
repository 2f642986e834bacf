package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.postgresql.util.PSQLState;

/** Usage rows: inserted by many, never changed. */
final class JdbcUsageStore {

  private JdbcUsageStore() {}

  /** What was billed for a request, in which batch, and when the attempt came that it was billed for. */
  record Settled(Receipt receipt, UUID batch, Outcome outcome, Instant arrivedAt) {}

  /** A request id is in the table already, or is named twice; the transaction has failed. */
  static final class AlreadySettledException extends SQLException {

    AlreadySettledException(SQLException cause) {
      super(cause.getMessage(), cause.getSQLState(), cause);
    }
  }

  /** Inserts rows whose request ids are new, and differ. */
  static void insert(Connection connection, UUID batch, List<Settlement> settlements) throws SQLException {
    try {
      UsageCopy.insert(connection, batch, settlements);
    } catch (SQLException e) {
      throw PSQLState.UNIQUE_VIOLATION.getState().equals(e.getSQLState()) ? new AlreadySettledException(e)
          : e;
    }
  }

  /** Those of the settlements' requests that are in the table. */
  static Map<UUID, Settled> settled(Connection connection, List<Settlement> settlements) throws SQLException {
    return billed(connection, settlements.stream().map(Settlement::id).toList());
  }

  /** Those of some requests that are in the table. */
  static Map<UUID, Settled> billed(Connection connection, List<RequestId> requests) throws SQLException {
    var settled = new HashMap<UUID, Settled>();
    try (PreparedStatement statement = connection.prepareStatement(
        """
            SELECT request_id, currency, amount_pico, free_tokens, batch, pack_millitokens, outcome,
              arrived_at
            FROM billing.usage
            WHERE request_id = ANY (?)
            """)) {
      Object[] ids = requests.stream().map(RequestId::value).toArray();
      statement.setArray(1, connection.createArrayOf("uuid", ids));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          UUID id = rows.getObject(1, UUID.class);
          settled.put(id,
              new Settled(
                  new Receipt(new RequestId(id), rows.getString(2), rows.getLong(3), rows.getLong(4),
                      rows.getLong(6)),
                  rows.getObject(5, UUID.class), Outcome.valueOf(rows.getString(7)),
                  rows.getObject(8, OffsetDateTime.class).toInstant()));
        }
      }
    }
    return settled;
  }

  /** What requests were billed, line by line; nothing of those that were not. */
  static Map<UUID, List<Line>> lines(Connection connection, List<RequestId> requests) throws SQLException {
    var lines = new HashMap<UUID, List<Line>>();
    try (PreparedStatement statement = connection.prepareStatement("""
        SELECT u.request_id, l."class", l.account, l.fund, l.tokens, l.price, l.unit_price, l.amount
        FROM billing.usage u
        CROSS JOIN LATERAL ROWS FROM (json_to_recordset(u.lines) AS ("class" text, fund text, account bigint,
          tokens bigint, price bigint, unit_price bigint, amount bigint))
          WITH ORDINALITY AS l("class", fund, account, tokens, price, unit_price, amount, position)
        WHERE u.request_id = ANY (?) ORDER BY u.request_id, l.position
        """)) {
      Object[] ids = requests.stream().map(RequestId::value).toArray();
      statement.setArray(1, connection.createArrayOf("uuid", ids));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          lines.computeIfAbsent(rows.getObject(1, UUID.class), none -> new ArrayList<>())
              .add(new Line(TokenClass.valueOf(rows.getString(2)), rows.getLong(3),
                  FundKind.valueOf(rows.getString(4)), rows.getLong(5), rows.getLong(6), rows.getLong(7),
                  rows.getLong(8)));
        }
      }
    }
    return lines;
  }
}
