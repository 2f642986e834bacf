package dev.tollgate.billing.wiring;

import dev.tollgate.billing.Agreements;
import dev.tollgate.billing.Balances;
import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Commitments;
import dev.tollgate.billing.Funding;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Reservations;
import dev.tollgate.billing.UsageReports;
import dev.tollgate.billing.budgets.MonthlyBudgets;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.commitments.ContractCommitments;
import dev.tollgate.billing.contracts.ContractFunding;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.funds.Funds;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.billing.packs.PrepaidPacks;
import dev.tollgate.billing.reconciliation.Reconciliation;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.SettlementJournal;
import dev.tollgate.billing.settlement.SettlementStore;
import dev.tollgate.billing.settlement.SettlementWriters;
import dev.tollgate.billing.settlement.UsagePartitions;
import dev.tollgate.billing.statements.DailyUsageReports;
import dev.tollgate.billing.statements.TenantBalances;
import dev.tollgate.db.ChangeFeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The billing module of an application. Needs a {@link DataSource}, {@link JdbcConnectionDetails}, a
 * {@link ChangeFeed} and a {@link Clock}; offers {@link Reservations}, {@link Funding},
 * {@link Agreements}, {@link Commitments}, {@link Packs}, {@link Budgets}, {@link Balances},
 * {@link UsageReports} and {@link Reconciliation}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BillingProperties.class)
class BillingConfiguration {

  @Bean
  Catalogue catalogue(DataSource database, ChangeFeed changes) {
    var catalogue = new Catalogue(database);
    changes.subscribe(Catalogue.TOPIC, detail -> catalogue.refresh(), catalogue::refresh);
    return catalogue;
  }

  @Bean
  Contracts contracts(DataSource database, ChangeFeed changes) {
    var contracts = new Contracts(database);
    changes.subscribe(Contracts.TOPIC, contracts::changed, contracts::refresh);
    return contracts;
  }

  @Bean
  Accounts accounts(DataSource database) {
    return new Accounts(database);
  }

  /** Connections that a busy pool cannot starve. */
  @Bean
  OwnConnections billingConnections(JdbcConnectionDetails database, BillingProperties properties) {
    return new OwnConnections(database, properties);
  }

  @Bean
  SettlementJournal settlementJournal(BillingProperties properties) {
    try {
      return SettlementJournal.inFolder(properties.journalDir(), properties.journalBytes().toBytes(),
          properties.journalRecords());
    } catch (IOException e) {
      throw new UncheckedIOException("Settlements cannot be kept in the folder " + properties.journalDir()
          + " while the database is away. Name one that can be written to: --tollgate.billing.journal-dir=FOLDER",
          e);
    }
  }

  @Bean
  SettlementWriters settlementWriters(OwnConnections connections, SettlementJournal journal,
      BillingProperties properties) {
    return new SettlementWriters(SettlementStore.inDatabase(connections.ofSettlement()),
        Scheduling.onThreads(System::nanoTime), journal, properties.settlementWriters(),
        properties.settlementBatch());
  }

  @Bean
  BillingMeters billingMeters(SettlementWriters settlements, Funds funds) {
    return new BillingMeters(settlements, funds);
  }

  @Bean
  Funds funds(OwnConnections connections, Catalogue catalogue, Contracts contracts,
      SettlementWriters settlements,
      BillingProperties properties, ChangeFeed changes, Clock clock) {
    DataSource database = connections.ofFunds();
    var funds = new Funds(UUID.randomUUID(), Leases.inDatabase(database), new Accounts(database), catalogue,
        contracts, settlements, properties.funds(), clock, Scheduling.onThreads(System::nanoTime));
    changes.subscribe(Funds.RECALL_TOPIC, funds::recalled, () -> {});
    return funds;
  }

  @Bean
  BillingLifecycle billingLifecycle(Catalogue catalogue, Contracts contracts, DataSource database,
      Funds funds,
      SettlementWriters settlements, Packs packs, BillingProperties properties) {
    return new BillingLifecycle(catalogue, contracts, new UsagePartitions(database), packs, funds,
        settlements,
        properties);
  }

  @Bean
  Reservations reservations(Funds funds) {
    return funds.reservations();
  }

  @Bean
  ContractFunding funding(DataSource database, Contracts contracts, Catalogue catalogue, Accounts accounts,
      Clock clock) {
    return new ContractFunding(database, contracts, catalogue, accounts, clock);
  }

  @Bean
  Packs packs(DataSource database, Contracts contracts, Clock clock) {
    return new PrepaidPacks(database, contracts, clock);
  }

  @Bean
  Budgets budgets(DataSource database, Contracts contracts, Clock clock) {
    return new MonthlyBudgets(database, contracts, clock);
  }

  @Bean
  Commitments commitments(DataSource database, Contracts contracts, Catalogue catalogue) {
    return new ContractCommitments(database, contracts, catalogue);
  }

  @Bean
  Balances balances(DataSource database, Contracts contracts, Clock clock) {
    return new TenantBalances(database, contracts, clock);
  }

  @Bean
  UsageReports usageReports(DataSource database) {
    return new DailyUsageReports(database);
  }

  @Bean
  Reconciliation reconciliation(DataSource database) {
    return new Reconciliation(database);
  }
}
