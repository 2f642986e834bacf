package dev.tollgate.billing.settlement;

import dev.tollgate.billing.settlement.JdbcUsageStore.AlreadySettledException;
import dev.tollgate.billing.settlement.JdbcUsageStore.Settled;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settlements in PostgreSQL: one connection and one transaction for a batch. Rows are copied in without asking first
 * which are there; where one is, the copy fails as a whole, and a new transaction looks up what is known.
 */
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
        return write(connection, batch, settlements, false);
      } catch (AlreadySettledException e) {
        return write(connection, batch, settlements, true);
      }
    } catch (AlreadySettledException e) {
      // Another transaction settled one of them since they were looked up.
      throw new FaultException(e);
    } catch (SQLException e) {
      throw isRefusal(e) ? new RefusedException(e) : new FaultException(e);
    } catch (ArithmeticException e) {
      throw new RefusedException(e);
    }
  }

  private static List<Result> write(Connection connection, UUID batch, List<Settlement> settlements,
      boolean lookUp) throws SQLException {
    try {
      Map<UUID, Settled> known = lookUp ? JdbcUsageStore.settled(connection, settlements) : Map.of();
      List<Result> results = SettlementBatch.write(connection, batch, settlements, known);
      connection.commit();
      return results;
    } catch (SQLException | RuntimeException e) {
      rollBack(connection);
      throw e;
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
