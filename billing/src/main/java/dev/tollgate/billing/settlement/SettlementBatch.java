package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption.Outcome;
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
    var late = new ArrayList<Settlement>();
    var met = new HashSet<UUID>();
    var draws = new Draws();
    for (Settlement settlement : settlements) {
      UUID id = settlement.id().value();
      // The first of a batch that names an id is the one that was inserted; a later one is its repeat.
      boolean repeated = !allFresh && !met.add(id);
      if (allFresh || (fresh.contains(id) && !repeated)) {
        draw(settlement, draws);
        results.add(new Result(settlement.receipt(), true));
      } else {
        Settled earlier = Objects.requireNonNull(known.get(id));
        boolean first = earlier.batch().equals(batch) && !repeated;
        if (!first && earlier.outcome() == Outcome.INTERRUPTED) {
          late.add(settlement);
        }
        results.add(new Result(earlier.receipt(), first));
      }
    }
    Remainders rest = Remainders.insert(connection, batch, late, known);
    rest.fresh().forEach(settlement -> draw(settlement, draws));
    draws.post(connection, batch);
    results.replaceAll(result -> new Result(
        rest.receipts().getOrDefault(result.receipt().id().value(), result.receipt()), result.first()));
    return results;
  }

  private static void draw(Settlement settlement, Draws draws) {
    for (Line line : settlement.bill().lines()) {
      draws.add(settlement.epoch(), line.account(), line.amount());
    }
    for (long budget : settlement.budgets()) {
      draws.add(settlement.epoch(), budget, settlement.bill().amountPico());
    }
  }
}
