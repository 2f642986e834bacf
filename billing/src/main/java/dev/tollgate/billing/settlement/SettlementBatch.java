package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.ledger.Draws;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.rollups.UsageDelta;
import dev.tollgate.billing.settlement.JdbcUsageStore.Settled;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What one transaction of settlement does: usage rows of the requests that are new, what they draw, written down to be
 * posted later (ADR 0007), and what they add to the roll-ups (ADR 0015).
 */
final class SettlementBatch {

  private SettlementBatch() {}

  /**
   * Writes settlements; the connection's transaction is the caller's. Nothing of what was done before in it may lock
   * funds or usage.
   *
   * @param batch the same at every attempt, so that an attempt whose commit went through unheard is known again
   * @param known those of the requests that are billed already
   * @throws JdbcUsageStore.AlreadySettledException if others are, too
   */
  static List<Result> write(Connection connection, UUID batch, List<Settlement> settlements,
      Map<UUID, Settled> known) throws SQLException {
    Set<Long> openEpochs = Draws.keepOpen(connection,
        settlements.stream().map(Settlement::epoch).collect(Collectors.toSet()));
    var results = new ArrayList<Result>(settlements.size());
    var fresh = new ArrayList<Settlement>(settlements.size());
    var met = HashMap.<UUID, Settlement>newHashMap(settlements.size());
    var late = new ArrayList<Settlement>();
    var draws = new Draws();
    for (Settlement settlement : settlements) {
      UUID id = settlement.id().value();
      // The first of a batch that names an id is the one that counts; a later one is its repeat.
      Settlement first = met.putIfAbsent(id, settlement);
      Settled earlier = known.get(id);
      if (earlier != null) {
        boolean own = first == null && earlier.batch().equals(batch);
        if (!own && earlier.outcome() == Outcome.INTERRUPTED) {
          late.add(settlement);
        }
        results.add(new Result(earlier.receipt(), own));
      } else if (first != null) {
        results.add(new Result(first.receipt(), false));
      } else {
        fresh.add(settlement);
        draw(settlement, draws);
        results.add(new Result(settlement.receipt(), true));
      }
    }
    if (!fresh.isEmpty()) {
      JdbcUsageStore.insert(connection, batch, fresh);
    }
    Remainders rest = Remainders.insert(connection, batch, late, known);
    rest.fresh().forEach(settlement -> draw(settlement, draws));
    draws.write(connection, batch, openEpochs);
    rollUp(connection, batch, fresh, rest.fresh());
    if (!rest.receipts().isEmpty()) {
      results.replaceAll(result -> new Result(
          rest.receipts().getOrDefault(result.receipt().id().value(), result.receipt()), result.first()));
    }
    return results;
  }

  /** Writes what is not settled yet, in a transaction that goes on: nothing may fail for being known. */
  static List<Result> writeUnknown(Connection connection, UUID batch, List<Settlement> settlements)
      throws SQLException {
    return write(connection, batch, settlements, JdbcUsageStore.settled(connection, settlements));
  }

  /** What was inserted goes into the roll-ups, by the same transaction. */
  private static void rollUp(Connection connection, UUID batch, List<Settlement> fresh,
      List<Settlement> rests) throws SQLException {
    var delta = new UsageDelta();
    for (List<Settlement> inserted : List.of(fresh, rests)) {
      for (Settlement each : inserted) {
        delta.add(each.payer(), each.contract(), each.model(), each.region(), each.currency(),
            each.arrivedAt(),
            each.consumption(), each.bill());
      }
    }
    delta.write(connection, batch);
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
