package dev.tollgate.billing.wiring;

import dev.tollgate.billing.funds.Funds;
import dev.tollgate.billing.settlement.SettlementWriters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * What an operator watches. {@code tollgate.settlement.rejected} and {@code tollgate.settlement.journal.damaged} are
 * for alerts: each counts something that a person must look at.
 */
final class BillingMeters implements MeterBinder {

  private final SettlementWriters settlements;
  private final Funds funds;

  BillingMeters(SettlementWriters settlements, Funds funds) {
    this.settlements = settlements;
    this.funds = funds;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("tollgate.holds.open", funds, Funds::openHolds)
        .description("Holds that are open or wait for their settlement").register(registry);
    Gauge.builder("tollgate.settlement.queue", settlements, SettlementWriters::queued)
        .description("Settlements that wait for a writer").register(registry);
    Gauge.builder("tollgate.settlement.journal.records", settlements, SettlementWriters::journalRecords)
        .description("Settlements that the journal keeps for the database").register(registry);
    Gauge.builder("tollgate.settlement.journal.bytes", settlements, SettlementWriters::journalBytes)
        .description("Bytes of the journal in use").baseUnit("bytes").register(registry);
    FunctionCounter.builder("tollgate.settlement.batches", settlements, SettlementWriters::batches)
        .description("Transactions of settlement").register(registry);
    FunctionCounter.builder("tollgate.settlement.written", settlements, SettlementWriters::settled)
        .description("Settlements written").register(registry);
    FunctionCounter.builder("tollgate.settlement.faults", settlements, SettlementWriters::faults)
        .description("Attempts that failed for reasons that pass").register(registry);
    FunctionCounter.builder("tollgate.settlement.rejected", settlements, SettlementWriters::rejected)
        .description("Settlements that the database refused; set aside in the journal folder")
        .register(registry);
    FunctionCounter.builder("tollgate.settlement.journal.damaged", settlements, SettlementWriters::damaged)
        .description("Journal files and records that could not be read; set aside").register(registry);
  }
}
