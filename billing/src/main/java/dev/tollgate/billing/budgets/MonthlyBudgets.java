package dev.tollgate.billing.budgets;

import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.budgets.JdbcBudgetStore.Row;
import dev.tollgate.billing.contracts.BillingMonth;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.contracts.Terms;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.BudgetAccounts;
import dev.tollgate.billing.ledger.BudgetSubject;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Budgets in the database; instances hear of changes as they hear of contracts. */
public final class MonthlyBudgets implements Budgets {

  /** A million of any currency: far above any month, far enough below the end of what a settlement can sum. */
  private static final BigInteger LARGEST_CAP = BigInteger.valueOf(1_000_000)
      .multiply(BigInteger.TEN.pow(12));

  private final JdbcBudgetStore store;
  private final BudgetAccounts accounts;
  private final Contracts contracts;
  private final Terms terms;
  private final Leases leases;
  private final Clock clock;
  private final TransactionTemplate transaction;

  public MonthlyBudgets(DataSource database, Contracts contracts, Clock clock) {
    this.store = new JdbcBudgetStore(JdbcClient.create(database));
    this.accounts = new BudgetAccounts(database);
    this.contracts = contracts;
    this.terms = new Terms(database);
    this.leases = Leases.inDatabase(database);
    this.clock = clock;
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public Change set(TenantId tenant, Subject subject, Money cap) {
    Instant now = clock.instant();
    Contract contract = contracts.inForce(tenant, now);
    if (contract == null) {
      return new Change.Refused("tenant", "must have a contract in force");
    }
    if (!contract.currency().equals(cap.currency())) {
      return new Change.Refused("currency", "must be that of the contract, " + contract.currency());
    }
    if (cap.pico().signum() <= 0 || cap.pico().compareTo(LARGEST_CAP) > 0) {
      return new Change.Refused("cap", "must be more than 0 and at most 1000000");
    }
    BudgetSubject of = BudgetSubject.of(tenant, subject);
    BillingMonth month = contract.monthAt(now);
    Optional<String> other = transaction.execute(status -> {
      accounts.lock(tenant);
      Optional<String> foreign = store.currencyBeside(tenant, cap.currency(), now);
      if (foreign.isEmpty()) {
        put(tenant, of, cap, month, now);
      }
      return foreign;
    });
    contracts.refreshOnceCommitted(tenant);
    return other.<Change>map(currency -> new Change.Refused("currency",
        "must be that of all contracts in force and planned, of which one is in " + currency))
        .orElseGet(() -> new Change.Changed(
            store.budget(tenant, of, cap.currency(), now).map(row -> budget(row, month)).orElseThrow()));
  }

  private void put(TenantId tenant, BudgetSubject of, Money cap, BillingMonth month, Instant now) {
    boolean wasSet = accounts.isSet(tenant, of, cap.currency());
    store.put(tenant, of, cap);
    accounts.openAndCount(tenant, of, cap.currency(), wasSet, month.from(), month.until(), now);
    accounts.limit(tenant, of, cap.currency(), cap.pico(), now);
    terms.fundsChanged(tenant);
    // Instances that have more of it at hand than the new cap leaves give back what is idle, as soon as it is in force.
    leases.recall(tenant);
  }

  @Override
  public boolean remove(TenantId tenant, Subject subject) {
    boolean removed = Boolean.TRUE.equals(transaction.execute(status -> {
      accounts.lock(tenant);
      boolean was = store.remove(tenant, BudgetSubject.of(tenant, subject));
      if (was) {
        terms.fundsChanged(tenant);
      }
      return was;
    }));
    if (removed) {
      contracts.refreshOnceCommitted(tenant);
    }
    return removed;
  }

  @Override
  public List<Budget> of(TenantId tenant) {
    return read(tenant, (currency, now) -> store.budgets(tenant, currency, now));
  }

  @Override
  public List<Budget> of(TenantId tenant, Slice<Order> slice) {
    return read(tenant, (currency, now) -> store.budgets(tenant, currency, now, slice));
  }

  @Override
  public Optional<Budget> find(TenantId tenant, Subject subject) {
    BudgetSubject of = BudgetSubject.of(tenant, subject);
    return read(tenant, (currency, now) -> store.budget(tenant, of, currency, now).stream().toList()).stream()
        .findFirst();
  }

  /** In the currency of the contract in force; without one there are none. */
  private List<Budget> read(TenantId tenant, BiFunction<String, Instant, List<Row>> rows) {
    Instant now = clock.instant();
    Contract contract = contracts.inForce(tenant, now);
    if (contract == null) {
      return List.of();
    }
    BillingMonth month = contract.monthAt(now);
    return rows.apply(contract.currency(), now).stream().map(row -> budget(row, month)).toList();
  }

  private static Budget budget(Row row, BillingMonth month) {
    return new Budget(row.subject().text(), row.subject().subject(), row.cap(),
        new Money(row.cap().currency(), row.spent()),
        row.from() == null ? month.from() : row.from(), row.until() == null ? month.until() : row.until());
  }
}
