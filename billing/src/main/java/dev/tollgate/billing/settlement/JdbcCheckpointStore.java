package dev.tollgate.billing.settlement;

import dev.tollgate.billing.RequestId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Checkpoints of running requests, and what became of those whose instance died. */
final class JdbcCheckpointStore {

  private JdbcCheckpointStore() {}

  /** A checkpoint as it lies in the table. */
  static final class Saved {

    private final UUID id;
    private final byte[] settlement;

    private Saved(UUID id, byte[] settlement) {
      this.id = id;
      this.settlement = settlement;
    }

    UUID id() {
      return id;
    }

    /** @throws IOException if the bytes cannot be understood */
    Settlement decoded() throws IOException {
      return SettlementCodec.decode(settlement);
    }
  }

  /**
   * Writes checkpoints over earlier ones, also those of another epoch: whoever runs a request that is repeated settles
   * its checkpoint. Those of an epoch that has ended are left out. Without waiting for the disk: a crash of the database
   * may lose the latest.
   */
  static void save(Connection connection, List<Settlement> soFar) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL synchronous_commit = off");
    }
    try (PreparedStatement statement = connection.prepareStatement("""
        INSERT INTO billing.checkpoint (request_id, epoch, settlement)
        SELECT c.request_id, c.epoch, c.settlement
        FROM unnest(?::uuid[], ?::bigint[], ?::bytea[]) AS c(request_id, epoch, settlement)
        JOIN billing.instance USING (epoch)
        ORDER BY c.request_id
        ON CONFLICT (request_id) DO UPDATE
          SET epoch = excluded.epoch, settlement = excluded.settlement, saved_at = excluded.saved_at
        """)) {
      statement.setArray(1,
          connection.createArrayOf("uuid", soFar.stream().map(s -> s.id().value()).toArray()));
      statement.setArray(2,
          connection.createArrayOf("int8", soFar.stream().map(Settlement::epoch).toArray()));
      statement.setArray(3,
          connection.createArrayOf("bytea",
              soFar.stream().map(SettlementCodec::encode).toArray(byte[][]::new)));
      statement.executeUpdate();
    }
  }

  static void remove(Connection connection, Collection<RequestId> requests) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(
        "DELETE FROM billing.checkpoint WHERE request_id = ANY (?)")) {
      statement.setArray(1,
          connection.createArrayOf("uuid", requests.stream().map(RequestId::value).toArray()));
      statement.executeUpdate();
    }
  }

  /** Takes the checkpoints of an epoch out of the table. */
  static List<Saved> take(Connection connection, long epoch) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("""
        DELETE FROM billing.checkpoint WHERE epoch = ? RETURNING request_id, settlement
        """)) {
      statement.setLong(1, epoch);
      var saved = new ArrayList<Saved>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          saved.add(new Saved(rows.getObject(1, UUID.class), rows.getBytes(2)));
        }
      }
      return saved;
    }
  }

  /** Remembers what is settled of requests that were interrupted, also where a checkpoint of theirs had been refused. */
  static void settled(Connection connection, List<Settlement> parts) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("""
        INSERT INTO billing.interruption AS i (request_id, epoch, settlement) VALUES (?, ?, ?)
        ON CONFLICT (request_id) DO UPDATE
          SET epoch = excluded.epoch, settlement = excluded.settlement, interrupted_at = now(), refused = NULL
          WHERE i.refused IS NOT NULL
        """)) {
      for (Settlement part : parts) {
        statement.setObject(1, part.id().value());
        statement.setLong(2, part.epoch());
        statement.setBytes(3, SettlementCodec.encode(part));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** Remembers a dead instance's checkpoint that could not be settled, and why. */
  static void refused(Connection connection, long epoch, Saved checkpoint, String reason)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("""
        INSERT INTO billing.interruption (request_id, epoch, settlement, refused) VALUES (?, ?, ?, ?)
        ON CONFLICT (request_id) DO NOTHING
        """)) {
      statement.setObject(1, checkpoint.id());
      statement.setLong(2, epoch);
      statement.setBytes(3, checkpoint.settlement);
      statement.setString(4, reason);
      statement.executeUpdate();
    }
  }

  /** Links what is billed of interrupted requests with the usage rows of what they used beyond that. */
  static void remainders(Connection connection, Map<UUID, UUID> remainders) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(
        "UPDATE billing.interruption SET remainder_id = ? WHERE request_id = ?")) {
      for (var each : remainders.entrySet()) {
        statement.setObject(1, each.getValue());
        statement.setObject(2, each.getKey());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
