package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.SettlementModels;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.billing.simulation.Books.Usage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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

  /** @param knows the requests of which the process that settles has taken checkpoints: of others they stay */
  List<Result> write(UUID batch, List<Settlement> settlements, Predicate<RequestId> knows) {
    List<Result> results = insert(batch, settlements);
    settlements.stream().filter(settlement -> knows.test(settlement.id())).forEach(checkpoints::remove);
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
    var draws = new TreeMap<Draw, Long>();
    var met = new HashSet<UUID>();
    List<Bid> bids = settlements.stream().map(settlement -> bid(settlement, batch, met, draws)).toList();
    draws.forEach(this::draw);
    return bids.stream().map(bid -> new Result(receipt(bid), bid.drawn())).toList();
  }

  /** What a settlement came to be billed for: under which of the ids of its request, if under any. */
  private record Bid(RequestId request, int rows, Bill drawn) {}

  /** Looks for the first id of a request that has no row; one whose row says that it was answered needs no more. */
  private Bid bid(Settlement settlement, UUID batch, Set<UUID> met, Map<Draw, Long> draws) {
    @Nullable
    Settlement left = settlement;
    int rows = 0;
    RequestId before = settlement.id();
    for (RequestId id : books.idsOf(settlement.id())) {
      left = rows++ == 0 ? left : rest(left, before, id);
      before = id;
      Usage row = books.usage().get(id.value());
      boolean first = left != null && met.add(id.value());
      if (row == null && left != null) {
        insert(left, batch, draws);
        return new Bid(settlement.id(), rows, left.bill());
      }
      if (row != null && first && row.batch().equals(batch)) {
        return new Bid(settlement.id(), rows, Objects.requireNonNull(left).bill());
      }
      if (row != null && row.settlement().consumption().outcome().isFinal()) {
        break;
      }
    }
    return new Bid(settlement.id(), Integer.MAX_VALUE, Bill.NOTHING);
  }

  private void insert(Settlement settlement, UUID batch, Map<Draw, Long> draws) {
    books.insert(settlement, batch);
    add(settlement, draws);
  }

  /** What is left to bill beyond the row before. */
  private @Nullable Settlement rest(@Nullable Settlement whole, RequestId before, RequestId id) {
    Usage row = books.usage().get(before.value());
    if (whole == null || row == null || !whole.consumption().outcome().isBilled()) {
      return null;
    }
    // A checkpoint that stayed behind when its attempt was settled for nothing.
    Settlement earlier = row.settlement();
    if (!earlier.consumption().outcome().isBilled() && earlier.arrivedAt().equals(whole.arrivedAt())
        && whole.consumption().outcome() == Outcome.INTERRUPTED) {
      return null;
    }
    Settlement rest = SettlementModels.rest(whole, row.settlement().bill().lines(), id);
    boolean isMore = rest.consumption().usage().rawTokens() > 0;
    return isMore || rest.consumption().outcome().isFinal() ? rest : null;
  }

  private Receipt receipt(Bid bid) {
    return books.rowsOf(bid.request()).stream().limit(bid.rows()).map(Usage::receipt).reduce(Receipt::plus)
        .orElseThrow();
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
