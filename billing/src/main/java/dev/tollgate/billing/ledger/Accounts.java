package dev.tollgate.billing.ledger;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Opens the accounts of a tenant when they are first needed. Openings of one tenant exclude each other in the database,
 * so whoever repeats one, on whatever instance, finds what the first one made.
 */
public final class Accounts implements Openings {

  private final JdbcAccountStore store;
  private final BudgetAccounts budgets;
  private final Clock clock;
  private final TransactionTemplate transaction;

  /**
   * Accounts in a database.
   *
   * @param clock which says what contract is in force
   */
  public Accounts(DataSource database, Clock clock) {
    this.clock = clock;
    this.store = new JdbcAccountStore(JdbcClient.create(database));
    this.budgets = new BudgetAccounts(database);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public Opened open(TenantId tenant, String currency, Allowance allowance, Instant at) {
    return transaction.execute(status -> {
      store.lock(tenant);
      var funds = new ArrayList<FundAccount>(2);
      if (allowance.tokens() > 0) {
        funds.add(store.allowanceAt(tenant, at).orElseGet(() -> grant(tenant, allowance, at)));
      }
      funds.addAll(store.packs(tenant, at));
      FundAccount money = money(tenant, currency);
      store.limitCredit(money.account(), clock.instant());
      funds.add(money);
      return new Opened(List.copyOf(funds),
          budgets.open(tenant, currency, allowance.from(), allowance.until(), at),
          store.isOverleased(money.account()));
    });
  }

  /**
   * What a tenant may spend.
   *
   * @param funds in drawing order
   * @param budgets that cap it
   * @param overleased whether more money is leased, by all instances together, than the credit limit leaves
   */
  public record Opened(List<FundAccount> funds, List<BudgetAccount> budgets, boolean overleased) {}

  /**
   * Posts money that was paid in, once per reference. The credit limit stays as it is.
   *
   * @return whether it was posted now
   * @throws IllegalStateException if the reference was used for another amount
   */
  public boolean topUp(TenantId tenant, String currency, BigInteger amountPico, String reference) {
    return transaction.execute(status -> {
      store.lock(tenant);
      long money = money(tenant, currency).account();
      BigInteger posted = store.topUpOf(money, reference);
      if (posted.signum() == 0) {
        long cash = store.account(tenant, AccountKind.CASH, currency);
        store.post(UUID.randomUUID(), cash, money, amountPico, currency, "TOP_UP", reference);
        store.credit(money, amountPico);
      } else if (!posted.equals(amountPico)) {
        throw new IllegalStateException("The reference " + reference + " was used for " + posted);
      }
      return posted.signum() == 0;
    });
  }

  /**
   * Puts the credit limit of the contract in force now in force, as {@link #open} does, where the tenant has money in that
   * currency already.
   */
  public void limitCredit(TenantId tenant, String currency) {
    transaction.executeWithoutResult(status -> {
      store.lock(tenant);
      store.money(tenant, currency).ifPresent(money -> store.limitCredit(money.account(), clock.instant()));
    });
  }

  /**
   * Whether budgets are set in another currency than this one: under a contract in it they would cap nothing. None is set
   * or lifted any more until the caller's transaction ends.
   */
  public boolean isCappedBeside(TenantId tenant, String currency) {
    store.lock(tenant);
    return budgets.isSetBeside(tenant, currency);
  }

  private FundAccount money(TenantId tenant, String currency) {
    return store.money(tenant, currency).orElseGet(() -> {
      long account = store.account(tenant, AccountKind.MONEY, currency);
      store.openFund(account, tenant, AccountKind.MONEY, currency,
          store.account(tenant, AccountKind.REVENUE, currency),
          store.account(tenant, AccountKind.LOSS, currency));
      return store.money(tenant, currency).orElseThrow();
    });
  }

  private FundAccount grant(TenantId tenant, Allowance allowance, Instant at) {
    long used = store.account(tenant, AccountKind.ALLOWANCE_USED, JdbcAccountStore.TOKEN);
    long loss = store.account(tenant, AccountKind.LOSS, JdbcAccountStore.TOKEN);
    long granted = store.account(tenant, AccountKind.ALLOWANCE_GRANTED, JdbcAccountStore.TOKEN);
    Instant from = store.allowanceEndBefore(tenant, at).filter(allowance.from()::isBefore)
        .orElse(allowance.from());
    Instant until = store.allowanceStartAfter(tenant, at).filter(allowance.until()::isAfter)
        .orElse(allowance.until());
    long account = store.periodAccount(tenant, from);
    store.openPeriodFund(account, tenant, from, until, used, loss);
    store.post(UUID.randomUUID(), granted, account, allowance.tokens(), JdbcAccountStore.TOKEN, "ALLOWANCE",
        null);
    store.credit(account, allowance.tokens());
    return store.allowanceAt(tenant, at).orElseThrow();
  }

  /**
   * Free tokens of one billing month.
   *
   * @param from inclusive
   * @param until exclusive
   */
  public record Allowance(long tokens, Instant from, Instant until) {}
}
