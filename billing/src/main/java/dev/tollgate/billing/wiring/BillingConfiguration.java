package dev.tollgate.billing.wiring;

import dev.tollgate.billing.Agreements;
import dev.tollgate.billing.Balances;
import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Commitments;
import dev.tollgate.billing.Funding;
import dev.tollgate.billing.Offerings;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.PriceEffects;
import dev.tollgate.billing.Prices;
import dev.tollgate.billing.Reservations;
import dev.tollgate.billing.TenantContracts;
import dev.tollgate.billing.TopUps;
import dev.tollgate.billing.UsageDays;
import dev.tollgate.billing.UsageRecords;
import dev.tollgate.billing.UsageReports;
import dev.tollgate.billing.budgets.MonthlyBudgets;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.catalog.DatedPrices;
import dev.tollgate.billing.catalog.ListedOfferings;
import dev.tollgate.billing.commitments.ContractCommitments;
import dev.tollgate.billing.contracts.AgreedContracts;
import dev.tollgate.billing.contracts.ContractFunding;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.contracts.ReceivedTopUps;
import dev.tollgate.billing.funds.Funds;
import dev.tollgate.billing.invoicing.Watermark;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.Accounts;
import dev.tollgate.billing.ledger.Poster;
import dev.tollgate.billing.packs.Checkout;
import dev.tollgate.billing.packs.PrepaidPacks;
import dev.tollgate.billing.packs.Till;
import dev.tollgate.billing.reconciliation.Reconciliation;
import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.billing.rollups.RollUps;
import dev.tollgate.billing.rollups.RolledPriceEffects;
import dev.tollgate.billing.rollups.RolledUsageDays;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.SettlementJournal;
import dev.tollgate.billing.settlement.SettlementStore;
import dev.tollgate.billing.settlement.SettlementWriters;
import dev.tollgate.billing.settlement.UsagePartitions;
import dev.tollgate.billing.statements.DailyUsageReports;
import dev.tollgate.billing.statements.SettledUsageRecords;
import dev.tollgate.billing.statements.TenantBalances;
import dev.tollgate.db.ChangeFeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The billing module of an application. Needs a {@link DataSource}, {@link JdbcConnectionDetails}, a
 * {@link ChangeFeed} and a {@link Clock}; offers {@link Reservations}, {@link Funding},
 * {@link Agreements}, {@link Commitments}, {@link Packs}, {@link Budgets}, {@link Balances},
 * {@link UsageReports}, {@link UsageDays}, {@link PriceEffects} and {@link Reconciliation}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BillingProperties.class)
class BillingConfiguration {

  private static final Duration POSTER_PAUSE = Duration.ofSeconds(5);

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
  Accounts accounts(DataSource database, Clock clock) {
    return new Accounts(database, clock);
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

  /** What settlements drew, posted to funds and ledger (ADR 0007). */
  @Bean
  Poster poster(OwnConnections connections, BillingProperties properties) {
    return new Poster(connections.ofFunds(), Scheduling.onThreads(System::nanoTime),
        properties.postingPatience(), POSTER_PAUSE);
  }

  /** Usage by day and month (ADR 0015). */
  @Bean
  RollUps rollUps(OwnConnections connections) {
    return new RollUps(connections.ofFunds());
  }

  @Bean
  PriceEffects priceEffects(DataSource database) {
    return new RolledPriceEffects(database);
  }

  @Bean
  UsageDays usageDays(DataSource database) {
    return new RolledUsageDays(database);
  }

  @Bean
  BillingMeters billingMeters(SettlementWriters settlements, Funds funds, Poster poster) {
    return new BillingMeters(settlements, funds, poster);
  }

  @Bean
  Funds funds(OwnConnections connections, Catalogue catalogue, Contracts contracts,
      SettlementWriters settlements,
      BillingProperties properties, ChangeFeed changes, Watermark watermark, Clock clock) {
    DataSource database = connections.ofFunds();
    var funds = new Funds(watermark.instance(), Leases.inDatabase(database, connections.ofHeartbeat()),
        new Accounts(database, clock), catalogue, contracts, settlements, properties.funds(), clock,
        Scheduling.onThreads(System::nanoTime));
    changes.subscribe(Funds.RECALL_TOPIC, funds::recalled, funds::recallMissed);
    return funds;
  }

  @Bean
  BillingLifecycle billingLifecycle(Catalogue catalogue, Contracts contracts, DataSource database,
      Funds funds, SettlementWriters settlements, Poster poster, RollUps rollUps, Packs packs,
      Watermark watermark,
      BillingProperties properties) {
    return new BillingLifecycle(catalogue, contracts, new UsagePartitions(database), packs, funds,
        settlements,
        poster, rollUps, watermark, properties);
  }

  @Bean
  Reservations reservations(Funds funds, Watermark watermark) {
    return watermark.watching(funds.reservations());
  }

  @Bean
  ContractFunding funding(DataSource database, Contracts contracts, Catalogue catalogue, Accounts accounts,
      Clock clock) {
    return new ContractFunding(database, contracts, catalogue, accounts, clock);
  }

  @Bean
  Packs packs(DataSource database, Contracts contracts, OwnConnections connections, Clock clock) {
    var checkout = new Checkout(Till.inDatabase(database), Leases.inDatabase(connections.ofFunds()),
        Scheduling.onThreads(System::nanoTime));
    return new PrepaidPacks(database, contracts, checkout, clock);
  }

  @Bean
  TenantContracts tenantContracts(DataSource database, Contracts contracts, Catalogue catalogue,
      Accounts accounts, Clock clock) {
    return new AgreedContracts(database, contracts, catalogue, accounts, clock);
  }

  @Bean
  TopUps topUps(DataSource database, Funding funding, Contracts contracts, Clock clock) {
    return new ReceivedTopUps(database, funding, contracts, clock);
  }

  @Bean
  Prices prices(DataSource database, Clock clock) {
    return new DatedPrices(database, clock);
  }

  @Bean
  Offerings offerings(DataSource database, Prices prices, Clock clock) {
    return new ListedOfferings(database, prices, clock);
  }

  @Bean
  Budgets budgets(DataSource database, Contracts contracts, Clock clock) {
    return new MonthlyBudgets(database, contracts, clock);
  }

  @Bean
  ContractCommitments commitments(DataSource database, Contracts contracts, Catalogue catalogue) {
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
  UsageRecords usageRecords(DataSource database) {
    return new SettledUsageRecords(database);
  }

  @Bean
  Reconciliation reconciliation(DataSource database) {
    return new Reconciliation(database);
  }

  @Bean
  ReconciliationRuns reconciliationRuns(DataSource database, Clock clock) {
    return new ReconciliationRuns(database, clock);
  }

  @Bean
  ReconciliationSchedule reconciliationSchedule(ReconciliationRuns runs, BillingProperties properties,
      Clock clock) {
    return new ReconciliationSchedule(runs, properties.reconcileEvery(),
        Scheduling.onThreads(System::nanoTime), clock);
  }
}
