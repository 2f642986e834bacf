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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    var results = new Results(settlements.size());
    var draws = new Draws();
    var delta = new UsageDelta();
    Round round = Round.first(settlements, known);
    for (int number = 0; !round.isEmpty(); number++) {
      List<Settlement> fresh = round.fresh();
      insert(connection, batch, fresh);
      if (number > 0 && !fresh.isEmpty()) {
        round.link(connection, fresh);
      }
      for (Settlement each : fresh) {
        draw(each, draws);
        delta.add(each.payer(), each.contract(), each.model(), each.region(), each.currency(),
            each.arrivedAt(), each.consumption(), each.bill());
      }
      round.tell(batch, results);
      round = round.next(connection, batch);
    }
    draws.write(connection, batch, openEpochs);
    delta.write(connection, batch);
    return results.all();
  }

  /** What the settlements of a batch are told, by their places in it. */
  private static final class Results implements Round.Told {

    private final @Nullable Receipt[] receipts;
    private final Bill[] drawn;

    Results(int size) {
      receipts = new Receipt[size];
      drawn = new Bill[size];
      Arrays.fill(drawn, Bill.NOTHING);
    }

    /** A request that has more than one row is told their sum. */
    @Override
    public void billed(int place, Receipt receipt) {
      Receipt before = receipts[place];
      receipts[place] = before == null ? receipt : before.plus(receipt);
    }

    @Override
    public void drawn(int place, Bill bill) {
      drawn[place] = bill;
    }

    List<Result> all() {
      return IntStream.range(0, drawn.length)
          .mapToObj(place -> new Result(Objects.requireNonNull(receipts[place]), drawn[place])).toList();
    }
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

  private static void draw(Settlement settlement, Draws draws) {
    for (Line line : settlement.bill().lines()) {
      draws.add(settlement.epoch(), line.account(), line.amount());
    }
    for (long budget : settlement.budgets()) {
      draws.add(settlement.epoch(), budget, settlement.bill().amountPico());
    }
  }
}
