package dev.tollgate.billing.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.leases.Leases.Recall;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.leases.Leases.Standing;
import dev.tollgate.billing.packs.Checkout;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import dev.tollgate.billing.simulation.RealDatabase.Opening;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.testing.TestPostgres;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The model of the database does what PostgreSQL does: the same random transactions, the same answers and sums. What
 * PostgreSQL posts later (ADR 0007) counts as posted, and is so before a transaction that could tell.
 */
class DatabaseModelContractTest {

  private static final int TRANSACTIONS = 150;
  private static final Duration MARGIN = Duration.ofSeconds(2);

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void answersAsPostgresDoes(long seed) {
    TestPostgres.Database database = TestPostgres.migrated();
    try (var pool = database.pool(2)) {
      var contracts = new HashMap<TenantId, List<Contract>>();
      var model = new DatabaseModel(() -> 0, tenant -> contracts.getOrDefault(tenant, List.of()));
      var uncovered = new AtomicBoolean();
      var settlement = new SettlementModel(model.books(), (epoch, account, amount) -> uncovered.set(true));
      model.beforeEnd(epoch -> settlement.interrupt(epoch, new UUID(5, epoch)));
      var real = new RealDatabase(pool);
      var draw = new Transactions(new SplittableRandom(seed), model, real, contracts);
      for (int i = 0; i < TRANSACTIONS; i++) {
        step(draw, model, settlement, real, "seed " + seed + ", transaction " + i);
        if (uncovered.getAndSet(false) || i % 5 == 0) {
          real.post();
        }
        assertThat(real.state()).as("seed " + seed + ", transaction " + i).isEqualTo(stateOf(model.books()));
      }
      assertThat(real.differences()).isEmpty();
    }
  }

  private static void step(Transactions draw, DatabaseModel model, SettlementModel settlement,
      RealDatabase real, String where) {
    switch (draw.kind()) {
      case REGISTER -> {
        Duration life = draw.life();
        real.meet(real.leases().register(draw.instance(), life), model.register(life));
      }
      case RENEW -> {
        long epoch = draw.epoch();
        same(where, () -> real.leases().renew(real.epoch(epoch), Duration.ofHours(1)),
            () -> model.renew(epoch, Duration.ofHours(1)));
      }
      case OPEN -> {
        Opening opening = draw.opening();
        real.meet(opening.in(real.accounts()),
            model.open(opening.tenant(), "USD", opening.allowance(), opening.at(), real.now()));
      }
      case TOP_UP -> draw.topUp();
      case BUY_PACK -> {
        Transactions.Sale sale = draw.sale();
        same(where, () -> Checkout.attempt(real.till(), sale.tenant(), 1, sale.pack()),
            () -> Checkout.attempt(draw.till(), sale.tenant(), 1, sale.pack()));
        draw.sold(sale);
      }
      case BUDGET -> draw.changeBudget();
      case EXPIRE -> same(where, () -> real.packs().expire(Transactions.LATER),
          () -> model.expirePacks(Transactions.LATER));
      case GRANT -> {
        long epoch = draw.epoch();
        List<Leases.Ask> asks = draw.asks();
        long number = draw.exchange();
        same(where, () -> inOrder(real.leases().grant(real.epoch(epoch), number, real.asks(asks)).stream()
            .map(grant -> new Grant(real.modelAccount(grant.account()), grant.granted(), grant.exhausted(),
                grant.leasedElsewhere(), grant.answered(), grant.supplied()))
            .toList()), () -> inOrder(model.grant(epoch, number, asks)));
      }
      case GIVE_BACK -> {
        long epoch = draw.epoch();
        List<Share> shares = draw.shares(epoch);
        long answering = draw.answering();
        long number = draw.exchange();
        same(where, () -> {
          real.leases().giveBack(real.epoch(epoch), number, real.shares(shares), answering);
          return true;
        }, () -> {
          model.giveBack(epoch, number, shares, answering);
          return true;
        });
      }
      case RECALL -> same(where, () -> real.leases().recall(draw.tenant()), model::recall);
      case SUPERSEDE -> {
        long epoch = draw.epoch();
        List<Long> accounts = draw.accounts();
        long number = draw.exchange();
        same(where, () -> inOrderOf(real.supersede(epoch, number, accounts)),
            () -> inOrderOf(model.supersede(epoch, number, accounts)));
        same(where, () -> tenants(real.leases().recallOverleased(real.epoch(epoch))),
            () -> tenants(model.recallOverleased(epoch)));
      }
      case RETIRE -> {
        long epoch = draw.epoch();
        real.leases().retire(real.epoch(epoch));
        model.retire(epoch);
      }
      case RECLAIM -> same(where, () -> real.leases().reclaim(MARGIN).stream().map(real::modelEpoch).toList(),
          () -> model.reclaim(MARGIN));
      case CHECKPOINT -> {
        List<Settlement> soFar = draw.checkpoints();
        same(where, () -> {
          real.settlements().checkpoint(real.settlements(soFar));
          return true;
        }, () -> {
          settlement.checkpoint(soFar);
          return true;
        });
      }
      case SETTLE -> {
        Transactions.Batch batch = draw.batch();
        if (mayOverdraw(batch, model.books())) {
          // What is posted together is covered or not as a whole; the model posts each batch by itself.
          real.post();
        }
        List<Result> expected = settlement.write(batch.name(), batch.settlements(), id -> true);
        same(where, () -> real.settle(batch.name(), batch.settlements()),
            () -> expected);
      }
    }
  }

  /** Whether a batch draws more on some lease than is there. */
  private static boolean mayOverdraw(Transactions.Batch batch, Books books) {
    var draws = new HashMap<List<Long>, Long>();
    for (Settlement settlement : batch.settlements()) {
      settlement.bill().lines().forEach(
          line -> draws.merge(List.of(settlement.epoch(), line.account()), line.amount(), Math::addExact));
      settlement.budgets().forEach(budget -> draws.merge(List.of(settlement.epoch(), budget),
          settlement.bill().amountPico(), Math::addExact));
    }
    return draws.entrySet().stream().anyMatch(
        draw -> draw.getValue() > books.granted(draw.getKey().getFirst(), draw.getKey().getLast()));
  }

  private static List<String> tenants(List<Recall> recalls) {
    return recalls.stream().map(recall -> recall.tenant().toString()).sorted().toList();
  }

  private static List<Standing> inOrderOf(List<Standing> standings) {
    return standings.stream().sorted(Comparator.comparingLong(Standing::account)).toList();
  }

  private static List<Grant> inOrder(List<Grant> grants) {
    return grants.stream().sorted(Comparator.comparingLong(Grant::account)).toList();
  }

  private static <T> void same(String where, Callable<T> real, Callable<T> model) {
    assertThat(outcome(real)).as(where).isEqualTo(outcome(model));
  }

  private static Object outcome(Callable<?> transaction) {
    try {
      return transaction.call();
    } catch (Exception e) {
      return e.getClass();
    }
  }

  /** Funds, leases and transfers of the model, in words. */
  private static Map<String, String> stateOf(Books books) {
    var state = new TreeMap<String, String>();
    for (Books.Fund fund : books.funds()) {
      state.put("fund " + fund.account,
          fund.balance() + " " + fund.leased() + " " + fund.creditLimit() + " " + fund.from + " "
              + fund.until);
    }
    for (long epoch : books.instances().keySet()) {
      books.leasesOf(epoch)
          .forEach((account, granted) -> state.put("lease " + epoch + " " + account, granted.toString()));
    }
    books.totals().forEach((reason, sum) -> state.put("transfers " + reason, sum.toString()));
    state.put("usage", books.usage().keySet().stream().sorted().toList().toString());
    return state;
  }
}
