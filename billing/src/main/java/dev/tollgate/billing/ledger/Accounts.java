package dev.tollgate.billing.ledger;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
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
  private final TransactionTemplate transaction;

  public Accounts(DataSource database) {
    this.store = new JdbcAccountStore(JdbcClient.create(database));
    this.budgets = new BudgetAccounts(database);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public Opened open(TenantId tenant, String currency, @Nullable BigInteger creditLimit, Allowance allowance,
      Instant at) {
    return transaction.execute(status -> {
      store.lock(tenant);
      var funds = new ArrayList<FundAccount>(2);
      if (allowance.tokens() > 0) {
        funds.add(store.allowanceAt(tenant, at).orElseGet(() -> grant(tenant, allowance, at)));
      }
      funds.addAll(store.packs(tenant, at));
      funds.add(creditLimit == null ? money(tenant, currency) : money(tenant, currency, creditLimit));
      return new Opened(List.copyOf(funds),
          budgets.open(tenant, currency, allowance.from(), allowance.until(), at));
    });
  }

  /**
   * What a tenant may spend.
   *
   * @param funds in drawing order
   * @param budgets that cap it
   */
  public record Opened(List<FundAccount> funds, List<BudgetAccount> budgets) {}

  /**
   * Posts money that was paid in, once per reference. The credit limit stays as it is, since whoever takes money in may
   * not have heard yet that it was lowered.
   *
   * @return whether it was posted now
   * @throws IllegalStateException if the reference was used for another amount
   */
  public boolean topUp(TenantId tenant, String currency, long amountPico, String reference) {
    return transaction.execute(status -> {
      store.lock(tenant);
      long money = money(tenant, currency).account();
      BigInteger posted = store.topUpOf(money, reference);
      if (posted.signum() == 0) {
        long cash = store.account(tenant, AccountKind.CASH, currency);
        store.post(UUID.randomUUID(), cash, money, amountPico, currency, "TOP_UP", reference);
        store.credit(money, amountPico);
      } else if (!posted.equals(BigInteger.valueOf(amountPico))) {
        throw new IllegalStateException("The reference " + reference + " was used for " + posted);
      }
      return posted.signum() == 0;
    });
  }

  /** Puts a credit limit in force where the tenant has money in that currency; as {@link #open} does. */
  public void limitCredit(TenantId tenant, String currency, BigInteger creditLimit) {
    transaction.executeWithoutResult(status -> {
      store.lock(tenant);
      money(tenant, currency, creditLimit);
    });
  }

  private FundAccount money(TenantId tenant, String currency, BigInteger creditLimit) {
    FundAccount money = money(tenant, currency);
    store.limitCredit(money.account(), creditLimit);
    return money;
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
