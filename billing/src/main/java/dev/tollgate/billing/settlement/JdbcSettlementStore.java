package dev.tollgate.billing.settlement;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settlements in PostgreSQL: one connection and one transaction for a batch. */
final class JdbcSettlementStore implements SettlementStore {

  private static final Logger log = LoggerFactory.getLogger(JdbcSettlementStore.class);

  private final DataSource database;

  JdbcSettlementStore(DataSource database) {
    this.database = database;
  }

  @Override
  public List<Result> write(UUID batch, List<Settlement> settlements) throws WriteException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        List<Result> results = SettlementBatch.write(connection, batch, settlements);
        connection.commit();
        return results;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection);
        throw e;
      }
    } catch (SQLException e) {
      throw isRefusal(e) ? new RefusedException(e) : new FaultException(e);
    } catch (ArithmeticException e) {
      throw new RefusedException(e);
    }
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      log.debug("The connection is gone, and the transaction with it", e);
    }
  }

  /** Data exceptions, violated constraints, exceeded limits of a value, and what a trigger raises. */
  private static boolean isRefusal(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("P0"));
  }
}
