package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.ledger.Draws;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.rollups.UsageDelta;
import dev.tollgate.billing.settlement.JdbcUsageStore.Settled;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction of settlement does: usage rows of the requests that are new, what they draw, written down to be
 * posted later (ADR 0007), and what they add to the roll-ups (ADR 0015).
 */
final class SettlementBatch {

  private SettlementBatch() {}

  /**
   * Writes settlements; the connection's transaction is the caller's. Nothing of what was done before in it may lock
   * funds or usage. What is interrupted is remembered, so that whoever settles the request again is billed for the rest.
   *
   * @param batch the same at every attempt, so that an attempt whose commit went through unheard is known again
   * @param known those of the requests that are billed already
   * @throws JdbcUsageStore.AlreadySettledException if others are, too
   */
  static List<Result> write(Connection connection, UUID batch, List<Settlement> settlements,
      Map<UUID, Settled> known) throws SQLException {
    Set<Long> openEpochs = Draws.keepOpen(connection,
        settlements.stream().map(Settlement::epoch).collect(Collectors.toSet()));
    var billed = HashMap.<UUID, Receipt>newHashMap(settlements.size());
    var drawn = new ArrayList<Bill>(Collections.nCopies(settlements.size(), Bill.NOTHING));
    var fresh = new ArrayList<Settlement>(settlements.size());
    var met = HashMap.<UUID, Settlement>newHashMap(settlements.size());
    var late = new LinkedHashMap<Integer, Settlement>();
    var draws = new Draws();
    for (int i = 0; i < settlements.size(); i++) {
      Settlement settlement = settlements.get(i);
      UUID id = settlement.id().value();
      // The first of a batch that names an id is the one that counts; a later one is its repeat.
      Settlement first = met.putIfAbsent(id, settlement);
      Settled earlier = known.get(id);
      billed.putIfAbsent(id, earlier != null ? earlier.receipt() : settlement.receipt());
      if (first == null && earlier == null) {
        fresh.add(settlement);
        draw(settlement, draws);
      }
      if (first == null && (earlier == null || earlier.batch().equals(batch))) {
        drawn.set(i, settlement.bill());
      } else if (isInterrupted(earlier, first)) {
        late.put(i, settlement);
      }
    }
    insert(connection, batch, fresh);
    Remainders rest = Remainders.insert(connection, batch, late, billed);
    rest.fresh().forEach(settlement -> draw(settlement, draws));
    draws.write(connection, batch, openEpochs);
    rollUp(connection, batch, fresh, rest.fresh());
    billed.putAll(rest.receipts());
    rest.drawn().forEach(drawn::set);
    return results(settlements, billed, drawn);
  }

  private static List<Result> results(List<Settlement> settlements, Map<UUID, Receipt> billed,
      List<Bill> drawn) {
    var results = new ArrayList<Result>(settlements.size());
    for (int i = 0; i < settlements.size(); i++) {
      results
          .add(new Result(Objects.requireNonNull(billed.get(settlements.get(i).id().value())), drawn.get(i)));
    }
    return results;
  }

  /** Whether what is billed of a request, before this batch or by it, was interrupted. */
  private static boolean isInterrupted(@Nullable Settled earlier, @Nullable Settlement first) {
    return earlier != null
        ? earlier.outcome() == Outcome.INTERRUPTED
        : first != null && first.consumption().outcome() == Outcome.INTERRUPTED;
  }

  private static void insert(Connection connection, UUID batch, List<Settlement> fresh) throws SQLException {
    if (!fresh.isEmpty()) {
      JdbcUsageStore.insert(connection, batch, fresh);
      List<Settlement> interrupted = fresh.stream()
          .filter(each -> each.consumption().outcome() == Outcome.INTERRUPTED).toList();
      if (!interrupted.isEmpty()) {
        JdbcCheckpointStore.settled(connection, interrupted);
      }
    }
  }

  /** Writes what is not settled yet, in a transaction that goes on: nothing may fail for being known. */
  static void writeUnknown(Connection connection, UUID batch, List<Settlement> settlements)
      throws SQLException {
    write(connection, batch, settlements, JdbcUsageStore.settled(connection, settlements));
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
