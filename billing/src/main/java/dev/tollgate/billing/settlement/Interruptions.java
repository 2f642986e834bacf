package dev.tollgate.billing.settlement;

import dev.tollgate.billing.settlement.JdbcCheckpointStore.Saved;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles what an instance left running when it ended, for what its checkpoints say. */
public final class Interruptions {

  private static final Logger log = LoggerFactory.getLogger(Interruptions.class);

  private Interruptions() {}

  /**
   * Settles the checkpoints of an epoch, in the transaction that ends it, while its leases are still there and locked.
   * Each request once: one that is settled already stays as it is. A checkpoint that cannot be settled is remembered as
   * refused and does not keep the leases from being freed.
   */
  public static void settle(Connection connection, long epoch) throws SQLException {
    List<Saved> checkpoints = JdbcCheckpointStore.take(connection, epoch);
    var readable = new ArrayList<Checkpoint>(checkpoints.size());
    for (Saved saved : checkpoints) {
      try {
        readable.add(new Checkpoint(saved, saved.decoded()));
      } catch (IOException e) {
        refused(connection, epoch, saved, e);
      }
    }
    if (!readable.isEmpty()) {
      settle(connection, epoch, readable);
      log.warn("Epoch {} ended with {} requests under way; they are settled as their checkpoints say", epoch,
          readable.size());
    }
  }

  private record Checkpoint(Saved saved, Settlement settlement) {}

  private static void settle(Connection connection, long epoch, List<Checkpoint> checkpoints)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      SettlementBatch.writeUnknown(connection, UUID.randomUUID(),
          checkpoints.stream().map(Checkpoint::settlement).toList());
    } catch (SQLException | RuntimeException e) {
      if (e instanceof SQLException fault && !JdbcSettlementStore.isRefusal(fault)) {
        throw fault;
      }
      connection.rollback(before);
      halve(connection, epoch, checkpoints, e);
    }
  }

  private static void halve(Connection connection, long epoch, List<Checkpoint> checkpoints, Exception reason)
      throws SQLException {
    if (checkpoints.size() == 1) {
      refused(connection, epoch, checkpoints.getFirst().saved(), reason);
      return;
    }
    int half = checkpoints.size() / 2;
    settle(connection, epoch, checkpoints.subList(0, half));
    settle(connection, epoch, checkpoints.subList(half, checkpoints.size()));
  }

  private static void refused(Connection connection, long epoch, Saved checkpoint, Exception reason)
      throws SQLException {
    log.error("The interrupted request {} of epoch {} is NOT settled; see billing.interruption",
        checkpoint.id(), epoch, reason);
    JdbcCheckpointStore.refused(connection, epoch, checkpoint, reason.toString());
  }
}
