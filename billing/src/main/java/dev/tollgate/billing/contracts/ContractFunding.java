package dev.tollgate.billing.contracts;

import dev.tollgate.billing.Funding;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.catalog.Plan;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import javax.sql.DataSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Concludes contracts and takes in money, in the database; this instance's memory follows at once. */
public final class ContractFunding implements Funding {

  private static final int LONGEST_REFERENCE = 100;

  private final JdbcContractStore store;
  private final Contracts contracts;
  private final Catalogue catalogue;
  private final Accounts accounts;
  private final Clock clock;

  public ContractFunding(DataSource database, Contracts contracts, Catalogue catalogue, Accounts accounts,
      Clock clock) {
    this.store = new JdbcContractStore(JdbcClient.create(database));
    this.contracts = contracts;
    this.catalogue = catalogue;
    this.accounts = accounts;
    this.clock = clock;
  }

  @Override
  public void payAsYouGo(TenantId tenant, String currency, ZoneId zone, long creditLimitPico, Instant from) {
    if (creditLimitPico < 0) {
      throw new IllegalArgumentException("A credit limit must not be negative");
    }
    Plan plan = catalogue.plan(Plan.PAY_AS_YOU_GO);
    try {
      store.add(tenant, plan.name(), currency, zone, BigInteger.valueOf(creditLimitPico),
          plan.freeTokensPerMonth(), from);
    } catch (DataIntegrityViolationException e) {
      throw new IllegalStateException("The tenant " + tenant + " has a contract at that time already", e);
    }
    contracts.refresh(tenant);
  }

  @Override
  public void topUp(TenantId tenant, String currency, long amountPico, String reference) {
    if (amountPico < 1) {
      throw new IllegalArgumentException("A top-up is at least one pico-unit");
    }
    if (reference.isBlank() || reference.length() > LONGEST_REFERENCE) {
      throw new IllegalArgumentException("A reference has 1 to " + LONGEST_REFERENCE + " characters");
    }
    Contract contract = contracts.inForce(tenant, clock.instant());
    if (contract == null || !contract.currency().equals(currency)) {
      throw new IllegalStateException("The tenant " + tenant + " has no contract in " + currency);
    }
    accounts.topUp(tenant, currency, contract.creditLimit(), amountPico, reference);
  }
}
