package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.settlement.JdbcCheckpointStore.Saved;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Requests that come to be settled after a checkpoint of theirs was settled in their place: their instance was taken for
 * dead, or it died with the settlement in its journal. An answer that left is billed in full.
 */
final class Remainders {

  private Remainders() {}

  /** Inserts a usage row for what each used beyond its checkpoint, and returns those that were new. */
  static List<Settlement> insert(Connection connection, UUID batch, List<Settlement> late)
      throws SQLException {
    List<Settlement> answered = late.stream()
        .filter(settlement -> settlement.consumption().outcome() != Outcome.BACKEND_FAILED).toList();
    if (answered.isEmpty()) {
      return List.of();
    }
    Map<UUID, Saved> parts = JdbcCheckpointStore.settledPart(connection,
        answered.stream().map(settlement -> settlement.id().value()).toList());
    var rests = new ArrayList<Settlement>();
    for (Settlement whole : answered) {
      Saved part = parts.get(whole.id().value());
      if (part != null) {
        Settlement rest = Remainder.of(whole, decoded(part));
        if (rest.consumption().usage().rawTokens() > 0) {
          JdbcCheckpointStore.remainder(connection, part.id(), rest.id().value());
          rests.add(rest);
        }
      }
    }
    if (rests.isEmpty()) {
      return rests;
    }
    Set<UUID> fresh = JdbcUsageStore.insert(connection, batch, rests);
    return rests.stream().filter(rest -> fresh.contains(rest.id().value())).toList();
  }

  private static Settlement decoded(Saved part) {
    try {
      return part.decoded();
    } catch (IOException e) {
      throw new IllegalStateException("The settled checkpoint of " + part.id() + " cannot be read", e);
    }
  }
}
