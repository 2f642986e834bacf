package dev.tollgate.billing.settlement;

import dev.tollgate.billing.RequestId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settlements in PostgreSQL: one connection and one transaction for a batch. */
final class JdbcSettlementStore implements SettlementStore {

  private static final Logger log = LoggerFactory.getLogger(JdbcSettlementStore.class);

  private final DataSource database;
  /** Requests that may have a checkpoint in the database. */
  private final Set<RequestId> checkpointed = ConcurrentHashMap.newKeySet();

  JdbcSettlementStore(DataSource database) {
    this.database = database;
  }

  @Override
  public List<Result> write(UUID batch, List<Settlement> settlements) throws WriteException {
    List<RequestId> ended = checkpointed.isEmpty() ? List.of()
        : settlements.stream().map(Settlement::id).filter(checkpointed::contains).toList();
    List<Result> results = inTransaction(connection -> {
      List<Result> written = SettlementBatch.write(connection, batch, settlements);
      if (!ended.isEmpty()) {
        JdbcCheckpointStore.remove(connection, ended);
      }
      return written;
    });
    ended.forEach(checkpointed::remove);
    return results;
  }

  @Override
  public void checkpoint(List<Settlement> soFar) throws WriteException {
    soFar.forEach(settlement -> checkpointed.add(settlement.id()));
    inTransaction(connection -> {
      JdbcCheckpointStore.save(connection, soFar);
      return soFar;
    });
  }

  private <T> T inTransaction(Work<T> work) throws WriteException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T done = work.on(connection);
        connection.commit();
        return done;
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

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      log.debug("The connection is gone, and the transaction with it", e);
    }
  }

  /** Data exceptions, violated constraints, exceeded limits of a value, and what a trigger raises. */
  static boolean isRefusal(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("P0"));
  }
}
