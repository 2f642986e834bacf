package dev.tollgate.billing.simulation;

import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.billing.simulation.Books.Usage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/** What the SQL of settlement does, one transaction at a time. */
final class SettlementModel {

  private final Books books;
  private final Late late;

  SettlementModel(Books books, Late late) {
    this.books = books;
    this.late = late;
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
    var results = new ArrayList<Result>(settlements.size());
    var draws = new TreeMap<Draw, Long>();
    var met = new HashSet<UUID>();
    for (Settlement settlement : settlements) {
      UUID id = settlement.id().value();
      boolean repeated = !met.add(id);
      if (books.insert(settlement, batch)) {
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
      Usage row = Objects.requireNonNull(books.usage().get(id));
      results.add(new Result(row.receipt(), row.batch().equals(batch) && !repeated));
    }
    draws.forEach(this::draw);
    return results;
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
