package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.SettlementModels;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.billing.simulation.Books.Usage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** What the SQL of settlement does, one transaction at a time. */
final class SettlementModel {

  private final Books books;
  private final Late late;
  private final CheckpointModel checkpoints;

  SettlementModel(Books books, Late late) {
    this.books = books;
    this.late = late;
    this.checkpoints = new CheckpointModel(books);
  }

  /** Hears of draws that no lease covers. */
  interface Late {

    void draws(long epoch, long account, long amount);
  }

  private record Draw(long account, long epoch) implements Comparable<Draw> {

    @Override
    public int compareTo(Draw other) {
      return account == other.account ? Long.compare(epoch, other.epoch)
          : Long.compare(account, other.account);
    }
  }

  List<Result> write(UUID batch, List<Settlement> settlements) {
    List<Result> results = insert(batch, settlements);
    settlements.forEach(checkpoints::remove);
    return results;
  }

  void checkpoint(List<Settlement> soFar) {
    checkpoints.save(soFar);
  }

  /** Settles what an epoch left running, while its leases are still there; returns what was settled. */
  List<Settlement> interrupt(long epoch, UUID batch) {
    List<Settlement> taken = checkpoints.take(epoch);
    insert(batch, taken);
    return taken;
  }

  private List<Result> insert(UUID batch, List<Settlement> settlements) {
    var results = new ArrayList<Result>(settlements.size());
    var draws = new TreeMap<Draw, Long>();
    var met = new HashSet<UUID>();
    var late = new HashSet<UUID>();
    var rested = new HashSet<UUID>();
    for (Settlement settlement : settlements) {
      UUID id = settlement.id().value();
      boolean repeated = !met.add(id);
      if (books.insert(settlement, batch)) {
        add(settlement, draws);
        if (settlement.consumption().outcome() == Outcome.INTERRUPTED) {
          checkpoints.settled(settlement);
        }
      }
      Usage row = Objects.requireNonNull(books.usage().get(id));
      boolean first = row.batch().equals(batch) && !repeated;
      Bill drawn = first ? settlement.bill() : Bill.NOTHING;
      if (!first && row.settlement().consumption().outcome() == Outcome.INTERRUPTED) {
        late.add(id);
        drawn = rest(settlement).filter(rest -> rested.add(id)).map(rest -> drawn(rest, batch, draws))
            .orElse(Bill.NOTHING);
      }
      results.add(new Result(row.receipt(), drawn));
    }
    draws.forEach(this::draw);
    results.replaceAll(result -> late.contains(result.receipt().id().value()) ? withRest(result) : result);
    return results;
  }

  private Bill drawn(Settlement rest, UUID batch, Map<Draw, Long> draws) {
    if (books.insert(rest, batch)) {
      add(rest, draws);
    }
    return Objects.requireNonNull(books.usage().get(rest.id().value())).batch().equals(batch)
        ? rest.bill()
        : Bill.NOTHING;
  }

  private Optional<Settlement> rest(Settlement whole) {
    Settlement part = checkpoints.partOf(whole.id().value());
    Outcome outcome = whole.consumption().outcome();
    return part == null || outcome == Outcome.BACKEND_FAILED || outcome == Outcome.REQUEST_REFUSED
        ? Optional.empty()
        : Optional.of(SettlementModels.rest(whole, part))
            .filter(rest -> rest.consumption().usage().rawTokens() > 0);
  }

  private Result withRest(Result result) {
    Receipt one = result.receipt();
    Usage rest = books.usage().get(SettlementModels.remainderOf(one.id()).value());
    if (rest == null) {
      return result;
    }
    Receipt other = rest.receipt();
    return new Result(new Receipt(one.id(), one.currency(), one.amountPico() + other.amountPico(),
        one.freeTokens() + other.freeTokens(), one.packMillitokens() + other.packMillitokens()),
        result.drawn());
  }

  private static void add(Settlement settlement, Map<Draw, Long> draws) {
    for (Line line : settlement.bill().lines()) {
      if (line.amount() > 0) {
        draws.merge(new Draw(line.account(), settlement.epoch()), line.amount(), Math::addExact);
      }
    }
    if (settlement.bill().amountPico() > 0) {
      settlement.budgets().forEach(budget -> draws.merge(new Draw(budget, settlement.epoch()),
          settlement.bill().amountPico(), Math::addExact));
    }
  }

  private void draw(Draw draw, long amount) {
    Fund fund = books.fund(draw.account());
    if (books.granted(draw.epoch(), draw.account()) >= amount) {
      books.lease(draw.epoch(), draw.account(), books.granted(draw.epoch(), draw.account()) - amount);
      books.update(fund, fund.balance() - amount, fund.leased() - amount, fund.creditLimit());
      books.post(draw.account(), "USAGE", amount);
      return;
    }
    late.draws(draw.epoch(), draw.account(), amount);
    long covered = Math.min(amount, Math.max(fund.free(), 0));
    if (covered > 0) {
      books.update(fund, fund.balance() - covered, fund.leased(), fund.creditLimit());
      books.post(draw.account(), "USAGE_LATE", covered);
    }
    if (covered < amount) {
      books.post(draw.account(), "USAGE_UNFUNDED", amount - covered);
    }
  }
}
