package dev.tollgate.billing.wiring;

import dev.tollgate.billing.Adjustments;
import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Dunning;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.LedgerEntries;
import dev.tollgate.billing.LedgerJournal;
import dev.tollgate.billing.Lettering;
import dev.tollgate.billing.OperatorRefusals;
import dev.tollgate.billing.Payments;
import dev.tollgate.billing.ServiceLevels;
import dev.tollgate.billing.ServicePromises;
import dev.tollgate.billing.commitments.ContractCommitments;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.dunning.DunningByLevels;
import dev.tollgate.billing.dunning.NoMail;
import dev.tollgate.billing.dunning.ResumingPayments;
import dev.tollgate.billing.invoicing.MonthClose;
import dev.tollgate.billing.invoicing.RecordedPayments;
import dev.tollgate.billing.invoicing.StoredAdjustments;
import dev.tollgate.billing.invoicing.StoredInvoices;
import dev.tollgate.billing.invoicing.StoredProfiles;
import dev.tollgate.billing.invoicing.Watermark;
import dev.tollgate.billing.servicelevels.AgreedPromises;
import dev.tollgate.billing.servicelevels.CountedRefusals;
import dev.tollgate.billing.servicelevels.MeasuredServiceLevels;
import dev.tollgate.billing.settlement.SettlementJournal;
import dev.tollgate.billing.statements.PagedLedgerJournal;
import dev.tollgate.tenants.Arrears;
import java.time.Clock;
import java.util.OptionalInt;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Invoicing, as a part of the billing module. Offers {@link Closing}, {@link Invoices}, {@link BillingProfiles},
 * {@link Adjustments}, {@link Payments}, {@link Dunning}, {@link ServiceLevels}, {@link ServicePromises},
 * {@link OperatorRefusals}, {@link LedgerJournal} and {@link LedgerEntries}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({InvoicingProperties.class, DunningProperties.class})
class InvoicingConfiguration {

  @Bean
  CountedRefusals operatorRefusals(Contracts contracts, OwnConnections connections, Clock clock) {
    return new CountedRefusals(contracts, connections.ofFunds(), clock);
  }

  @Bean
  RefusalCounting refusalCounting(CountedRefusals refusals) {
    return new RefusalCounting(refusals);
  }

  @Bean
  Watermark watermark(DataSource database, SettlementJournal journal, CountedRefusals refusals, Clock clock) {
    return new Watermark(UUID.randomUUID(), database, clock,
        () -> journal.records() == 0 && !refusals.isBehind());
  }

  @Bean
  Closing closing(DataSource database, Contracts contracts, ContractCommitments commitments,
      InvoicingProperties properties, Clock clock) {
    return new MonthClose(database, contracts, commitments, properties.settings(), clock);
  }

  @Bean
  ScheduledClose scheduledClose(Closing closing, InvoicingProperties properties) {
    return new ScheduledClose(closing, properties);
  }

  @Bean
  Invoices invoices(DataSource database, Contracts contracts, ContractCommitments commitments, Clock clock) {
    return new StoredInvoices(database, contracts, commitments, clock);
  }

  /** Where the application prints nothing, every letter will do. */
  @Bean
  BillingProfiles billingProfiles(DataSource database, ObjectProvider<Lettering> letters) {
    return new StoredProfiles(database, letters.getIfAvailable(() -> text -> OptionalInt.empty()));
  }

  /** Where the application offers no mail, steps are taken silently. */
  @Bean
  Dunning dunning(DataSource database, Arrears arrears, ObjectProvider<Dunning.Mail> mail, Clock clock) {
    return new DunningByLevels(database, arrears, mail.getIfAvailable(NoMail::new), clock);
  }

  @Bean
  ScheduledDunning scheduledDunning(Dunning dunning, DunningProperties properties) {
    return new ScheduledDunning(dunning, properties);
  }

  @Bean
  Payments payments(DataSource database, Dunning dunning) {
    return new ResumingPayments(new RecordedPayments(database), dunning);
  }

  @Bean
  ServicePromises servicePromises(DataSource database, Clock clock) {
    return new AgreedPromises(database, clock);
  }

  @Bean
  ServiceLevels serviceLevels(DataSource database) {
    return new MeasuredServiceLevels(database);
  }

  @Bean
  PagedLedgerJournal ledgerJournal(DataSource database) {
    return new PagedLedgerJournal(database);
  }

  @Bean
  Adjustments adjustments(DataSource database, Clock clock) {
    return new StoredAdjustments(database, clock);
  }
}
