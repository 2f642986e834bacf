package dev.tollgate.billing.simulation;

import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.EpochLostException;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.leases.Leases.Recall;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.leases.Leases.Standing;
import dev.tollgate.billing.ledger.Accounts.Allowance;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.billing.simulation.Books.Kind;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * What the SQL of leases and accounts does, one transaction at a time. {@code DatabaseModelContractTest} runs it beside
 * PostgreSQL.
 */
final class DatabaseModel {

  private final Books books = new Books();
  private final BudgetModel budgets = new BudgetModel(books);
  private final LongSupplier nanos;
  private final Function<TenantId, List<Contract>> contracts;
  private LongConsumer beforeEnd = epoch -> {};

  /**
   * An empty database.
   *
   * @param nanos its own clock
   * @param contracts its rows, of a tenant the oldest first
   */
  DatabaseModel(LongSupplier nanos, Function<TenantId, List<Contract>> contracts) {
    this.nanos = nanos;
    this.contracts = contracts;
  }

  /** What happens to an epoch's checkpoints before its leases are freed. */
  void beforeEnd(LongConsumer what) {
    beforeEnd = what;
  }

  Books books() {
    return books;
  }

  BudgetModel budgets() {
    return budgets;
  }

  long register(Duration timeToLive) {
    return books.newEpoch(Math.addExact(nanos.getAsLong(), timeToLive.toNanos()));
  }

  boolean renew(long epoch, Duration timeToLive) {
    return books.instances().computeIfPresent(epoch,
        (present, old) -> Math.addExact(nanos.getAsLong(), timeToLive.toNanos())) != null;
  }

  List<Grant> grant(long epoch, long number, List<Ask> asks) {
    var grants = new ArrayList<Grant>(asks.size());
    for (Ask ask : inOrder(asks)) {
      Fund fund = books.fund(ask.account());
      long free = fund.grantable();
      boolean shared = fund.leased() > books.granted(epoch, ask.account());
      long ahead = Math.min(ask.ahead(), Math.max(free - ask.need(), 0) / (shared ? 8 : 2));
      long granted = Math.min(free, Math.addExact(ask.need(), ahead));
      if (granted > 0
          && (!books.instances().containsKey(epoch) || books.exchange(epoch, ask.account()) >= number)) {
        throw new EpochLostException(epoch, new DataIntegrityViolationException("No such epoch, or late"));
      }
      grants.add(new Grant(ask.account(), granted, free <= granted,
          fund.leased() > books.granted(epoch, ask.account()), books.answeredByOthers(epoch, ask.account()),
          BigInteger.valueOf(granted == 0 ? 0 : books.supplied(epoch, ask.account()) + granted)));
    }
    for (Grant grant : grants) {
      if (grant.granted() > 0) {
        Fund fund = books.fund(grant.account());
        if (books.granted(epoch, grant.account()) == 0) {
          books.answer(epoch, grant.account(), books.lastRecall());
        }
        books.update(fund, fund.balance(), Math.addExact(fund.leased(), grant.granted()), fund.creditLimit());
        books.lease(epoch, grant.account(),
            Math.addExact(books.granted(epoch, grant.account()), grant.granted()));
        books.exchanged(epoch, grant.account(), number, grant.granted());
      }
    }
    return grants;
  }

  private static List<Ask> inOrder(List<Ask> asks) {
    return asks.stream().sorted(Comparator.comparingLong(Ask::account)).toList();
  }

  long recall() {
    return books.newRecall();
  }

  void giveBack(long epoch, long number, List<Share> shares, long answering) {
    for (Share share : shares) {
      if (books.hasLease(epoch, share.account()) && (books.granted(epoch, share.account()) < share.amount()
          || books.exchange(epoch, share.account()) >= number)) {
        throw new DataIntegrityViolationException("More is given back than leased, or late: " + share);
      }
    }
    for (Share share : shares) {
      if (books.hasLease(epoch, share.account())) {
        Fund fund = books.fund(share.account());
        books.lease(epoch, share.account(), books.granted(epoch, share.account()) - share.amount());
        books.answer(epoch, share.account(), answering);
        books.exchanged(epoch, share.account(), number, -share.amount());
        books.update(fund, fund.balance(), fund.leased() - share.amount(), fund.creditLimit());
      }
    }
  }

  List<Standing> supersede(long epoch, long number, List<Long> accounts) {
    if (!accounts.isEmpty() && !books.instances().containsKey(epoch)) {
      throw new EpochLostException(epoch, new DataIntegrityViolationException("No such epoch"));
    }
    return accounts.stream().map(account -> {
      books.lease(epoch, account, books.granted(epoch, account));
      books.exchanged(epoch, account, Math.max(number, books.exchange(epoch, account)), 0);
      return new Standing(account, BigInteger.valueOf(books.supplied(epoch, account)),
          books.granted(epoch, account));
    }).toList();
  }

  List<Recall> recallOverleased(long epoch) {
    return books.leasesOf(epoch).entrySet().stream().filter(lease -> lease.getValue() > 0)
        .map(lease -> books.fund(lease.getKey())).filter(Fund::isOverleased).map(fund -> fund.tenant)
        .distinct()
        .map(tenant -> new Recall(tenant, books.newRecall())).toList();
  }

  void retire(long epoch) {
    if (books.instances().containsKey(epoch)) {
      end(List.of(epoch));
    }
  }

  List<Long> reclaim(Duration margin) {
    long before = nanos.getAsLong() - margin.toNanos();
    List<Long> expired = books.instances().entrySet().stream().filter(entry -> entry.getValue() < before)
        .map(Map.Entry::getKey).limit(16).toList();
    end(expired);
    return expired;
  }

  private void end(List<Long> epochs) {
    epochs.forEach(beforeEnd::accept);
    epochs.forEach(this::end);
  }

  private void end(long epoch) {
    books.leasesOf(epoch).forEach((account, granted) -> {
      Fund fund = books.fund(account);
      books.update(fund, fund.balance(), fund.leased() - granted, fund.creditLimit());
    });
    books.end(epoch);
  }

  Opened open(TenantId tenant, String currency, Allowance allowance, Instant at, Instant now) {
    var opened = new ArrayList<FundAccount>();
    if (allowance.tokens() > 0) {
      opened.add(account(books.fundsOf(tenant).stream().filter(fund -> fund.kind == Kind.FREE_ALLOWANCE)
          .filter(fund -> fund.isValidAt(at)).findFirst().orElseGet(() -> grant(tenant, allowance, at))));
    }
    books.fundsOf(tenant).stream()
        .filter(fund -> fund.kind == Kind.PACK && at.isBefore(fund.until) && fund.balance() > 0)
        .sorted(Comparator.comparing((Fund fund) -> fund.until).thenComparingLong(fund -> fund.account))
        .forEach(fund -> opened.add(account(fund)));
    Fund money = money(tenant, currency);
    limitCredit(money, now);
    opened.add(account(money));
    return new Opened(opened, budgets.open(tenant, currency, allowance.from(), allowance.until(), at),
        money.isOverleased());
  }

  private Fund grant(TenantId tenant, Allowance allowance, Instant at) {
    List<Fund> others = books.fundsOf(tenant).stream().filter(fund -> fund.kind == Kind.FREE_ALLOWANCE)
        .toList();
    Instant from = others.stream().map(fund -> fund.until).filter(until -> !until.isAfter(at))
        .max(Comparator.naturalOrder()).filter(allowance.from()::isBefore).orElse(allowance.from());
    Instant until = others.stream().map(fund -> fund.from).filter(start -> start.isAfter(at))
        .min(Comparator.naturalOrder()).filter(allowance.until()::isAfter).orElse(allowance.until());
    Fund fund = books.open(tenant, Kind.FREE_ALLOWANCE, "TOKEN", from, until, null);
    credit(fund, allowance.tokens(), "ALLOWANCE");
    return fund;
  }

  Fund money(TenantId tenant, String currency) {
    return books.fundsOf(tenant).stream()
        .filter(fund -> fund.kind == Kind.MONEY && fund.unit.equals(currency)).findFirst()
        .orElseGet(() -> books.open(tenant, Kind.MONEY, currency, Instant.MIN, Instant.MAX, null));
  }

  private void limitCredit(Fund money, Instant now) {
    Instant latest = money.agreedFrom().isAfter(now) ? money.agreedFrom() : now;
    contracts.apply(money.tenant).stream()
        .filter(contract -> contract.currency().equals(money.unit) && !contract.from().isAfter(latest))
        .reduce((_, last) -> last).ifPresent(contract -> {
          long limit = contract.creditLimit().longValueExact();
          money.agree(limit, contract.from());
          books.update(money, money.balance(), money.leased(),
              Math.max(limit, money.leased() - money.balance()));
        });
  }

  void credit(Fund fund, long amount, String reason) {
    books.update(fund, Math.addExact(fund.balance(), amount), fund.leased(), fund.creditLimit());
    books.post(fund.account, reason, amount);
  }

  /** Pays money in, once per reference. */
  void topUp(TenantId tenant, String currency, long amount, String reference) {
    Fund money = money(tenant, currency);
    if (books.note(tenant + ":" + reference)) {
      credit(money, amount, "TOP_UP");
    }
  }

  /** Writes off what expired packs have left and nobody leases. */
  int expirePacks(Instant at) {
    int written = 0;
    for (Fund fund : books.funds()) {
      if (fund.kind == Kind.PACK && !fund.until.isAfter(at) && fund.balance() > fund.leased()) {
        books.post(fund.account, "PACK_EXPIRY", fund.balance() - fund.leased());
        books.update(fund, fund.leased(), fund.leased(), 0);
        written++;
      }
    }
    return written;
  }

  private static FundAccount account(Fund fund) {
    return new FundAccount(fund.account, FundKind.valueOf(fund.kind.name()), fund.from, fund.until);
  }
}
