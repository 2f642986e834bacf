package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.ledger.Draws;
import dev.tollgate.billing.pricing.Line;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one transaction of settlement does: usage rows first, then the draws of those that were new. */
final class SettlementBatch {

  private SettlementBatch() {}

  /**
   * Writes settlements; the connection's transaction is the caller's.
   *
   * @return for each settlement the receipt of an earlier one with its request id, or null if it was the first
   */
  static List<@Nullable Receipt> write(Connection connection, List<Settlement> settlements)
      throws SQLException {
    UUID batch = UUID.randomUUID();
    Set<UUID> fresh = JdbcUsageStore.insert(connection, batch, settlements);
    boolean allFresh = fresh.size() == settlements.size();
    Map<UUID, Receipt> known = allFresh ? Map.of() : known(connection, settlements, fresh);
    var earlier = new ArrayList<@Nullable Receipt>(settlements.size());
    var draws = new Draws();
    for (Settlement settlement : settlements) {
      UUID id = settlement.id().value();
      // The first of a batch that names an id is the one that was inserted; a later one is its repeat.
      if (allFresh || fresh.remove(id)) {
        for (Line line : settlement.bill().lines()) {
          draws.add(settlement.epoch(), line.account(), line.amount());
        }
        earlier.add(null);
      } else {
        earlier.add(known.get(id));
      }
    }
    draws.post(connection, batch);
    return earlier;
  }

  private static Map<UUID, Receipt> known(Connection connection, List<Settlement> settlements,
      Set<UUID> fresh)
      throws SQLException {
    var ids = new ArrayList<UUID>();
    var met = new HashMap<UUID, Settlement>();
    for (Settlement settlement : settlements) {
      UUID id = settlement.id().value();
      if (!fresh.contains(id) || met.put(id, settlement) != null) {
        ids.add(id);
      }
    }
    return JdbcUsageStore.receipts(connection, ids);
  }
}
