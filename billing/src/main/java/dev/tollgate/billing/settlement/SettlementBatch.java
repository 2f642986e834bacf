package dev.tollgate.billing.settlement;

import dev.tollgate.billing.ledger.Draws;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.settlement.JdbcUsageStore.Settled;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** What one transaction of settlement does: usage rows first, then the draws of those that were new. */
final class SettlementBatch {

  private SettlementBatch() {}

  /**
   * Writes settlements; the connection's transaction is the caller's.
   *
   * @param batch the same at every attempt, so that an attempt whose commit went through unheard is known again
   */
  static List<Result> write(Connection connection, UUID batch, List<Settlement> settlements)
      throws SQLException {
    Set<UUID> fresh = JdbcUsageStore.insert(connection, batch, settlements);
    boolean allFresh = fresh.size() == settlements.size();
    Map<UUID, Settled> known = allFresh ? Map.of() : JdbcUsageStore.settled(connection, settlements);
    var results = new ArrayList<Result>(settlements.size());
    var met = new HashSet<UUID>();
    var draws = new Draws();
    for (Settlement settlement : settlements) {
      UUID id = settlement.id().value();
      // The first of a batch that names an id is the one that was inserted; a later one is its repeat.
      boolean repeated = !allFresh && !met.add(id);
      if (allFresh || (fresh.contains(id) && !repeated)) {
        for (Line line : settlement.bill().lines()) {
          draws.add(settlement.epoch(), line.account(), line.amount());
        }
        for (long budget : settlement.budgets()) {
          draws.add(settlement.epoch(), budget, settlement.bill().amountPico());
        }
        results.add(new Result(settlement.receipt(), true));
      } else {
        Settled earlier = Objects.requireNonNull(known.get(id));
        results.add(new Result(earlier.receipt(), earlier.batch().equals(batch) && !repeated));
      }
    }
    draws.post(connection, batch);
    return results;
  }
}
