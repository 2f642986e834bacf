package dev.tollgate.billing.contracts;

import dev.tollgate.billing.Agreements;
import dev.tollgate.billing.Funding;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.catalog.Plan;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Concludes contracts and takes in money, in the database; this instance's memory follows at once. */
public final class ContractFunding implements Funding, Agreements {

  private static final int LONGEST_REFERENCE = 100;

  private final JdbcContractStore store;
  private final Contracts contracts;
  private final Catalogue catalogue;
  private final Accounts accounts;
  private final Clock clock;
  private final TransactionTemplate transaction;

  public ContractFunding(DataSource database, Contracts contracts, Catalogue catalogue, Accounts accounts,
      Clock clock) {
    this.store = new JdbcContractStore(JdbcClient.create(database));
    this.contracts = contracts;
    this.catalogue = catalogue;
    this.accounts = accounts;
    this.clock = clock;
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public void payAsYouGo(TenantId tenant, String currency, ZoneId zone, long creditLimitPico, Instant from) {
    if (creditLimitPico < 0) {
      throw new IllegalArgumentException("A credit limit must not be negative");
    }
    transaction.executeWithoutResult(status -> conclude(tenant, catalogue.plan(Plan.PAY_AS_YOU_GO), currency,
        zone, creditLimitPico, 0, from, null));
    contracts.refreshOnceCommitted(tenant);
  }

  @Override
  public void enterprise(TenantId tenant, Agreement agreement, Instant from) {
    Plan plan = catalogue.plan(Plan.ENTERPRISE);
    if (agreement.committedTokensPerMonth() < plan.leastCommitment()) {
      throw new IllegalArgumentException(
          "committedTokensPerMonth must be at least " + plan.leastCommitment());
    }
    if (agreement.creditLimitPico() < 0) {
      throw new IllegalArgumentException("A credit limit must not be negative");
    }
    if (from.isBefore(clock.instant()) && !contracts.all(tenant).isEmpty()) {
      throw new IllegalArgumentException("A change of contract must not lie in the past: " + from);
    }
    transaction.executeWithoutResult(status -> conclude(tenant, plan, agreement.currency(), agreement.zone(),
        agreement.creditLimitPico(), agreement.committedTokensPerMonth(), from, store.cut(tenant, from)));
    contracts.refreshOnceCommitted(tenant);
  }

  private void conclude(TenantId tenant, Plan plan, String currency, ZoneId zone, long creditLimitPico,
      long committedTokens, Instant from, @Nullable OffsetDateTime formerEnd) {
    if (accounts.isCappedBeside(tenant, currency)) {
      throw new IllegalStateException("The tenant " + tenant + " has budgets in another currency");
    }
    try {
      store.add(tenant, plan, currency, zone, creditLimitPico, committedTokens, from, formerEnd);
    } catch (DataIntegrityViolationException e) {
      throw new IllegalStateException("The tenant " + tenant + " has a contract at that time already", e);
    }
  }

  @Override
  public boolean topUp(TenantId tenant, String currency, BigInteger amountPico, String reference) {
    if (amountPico.signum() < 1 || amountPico.compareTo(Money.MOST_AT_ONCE) > 0) {
      throw new IllegalArgumentException(
          "A top-up is at least one pico-unit, and at most " + Money.MOST_AT_ONCE);
    }
    if (reference.isBlank() || reference.length() > LONGEST_REFERENCE) {
      throw new IllegalArgumentException("A reference has 1 to " + LONGEST_REFERENCE + " characters");
    }
    Contract contract = contracts.inForce(tenant, clock.instant());
    if (contract == null || !contract.currency().equals(currency)) {
      throw new IllegalStateException("The tenant " + tenant + " has no contract in " + currency);
    }
    return accounts.topUp(tenant, currency, amountPico, reference);
  }
}
