package dev.tollgate.billing.statements;

import dev.tollgate.billing.Balances;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.Instant;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Balances from the fund rows; what a tenant has not used yet this month is as its contract says. */
public final class TenantBalances implements Balances {

  private final JdbcStatementStore store;
  private final Contracts contracts;
  private final Clock clock;

  public TenantBalances(DataSource database, Contracts contracts, Clock clock) {
    this.store = new JdbcStatementStore(JdbcClient.create(database));
    this.contracts = contracts;
    this.clock = clock;
  }

  @Override
  public Balance of(TenantId tenant) {
    Instant now = clock.instant();
    Contract contract = contracts.inForce(tenant, now);
    if (contract == null) {
      throw new IllegalStateException("The tenant " + tenant + " has no contract in force");
    }
    var allowance = store.allowance(tenant, now);
    return new Balance(contract.plan(),
        new Money(contract.currency(), store.balance(tenant, contract.currency())),
        new Money(contract.currency(), contract.creditLimit()),
        allowance.map(JdbcStatementStore.AllowanceRow::left).orElse(contract.freeTokensPerMonth()),
        allowance.map(JdbcStatementStore.AllowanceRow::until).orElseGet(() -> contract.monthAt(now).until()));
  }
}
