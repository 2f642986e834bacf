package dev.tollgate.billing.wiring;

import dev.tollgate.billing.funds.FundsSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What can be tuned.
 *
 * @param timeToLive of an instance that does not renew its leases; after a crash its funds are free after this and
 *     twice the margin
 * @param margin before the end of its time to live an instance stops admitting, and after it others reclaim
 * @param outage how long an instance works on with what it has leased while the database is away; as much of the recent
 *     demand is kept at hand
 * @param patience how long a request may wait for the database when the share at hand does not cover it
 * @param openRequests that may run or wait to be settled at one time; beyond that, new ones are refused
 * @param settlementLimit how long an answer waits for its settlement to be durable
 * @param settlementWriters threads that commit settlements, each with a connection of its own; all of a tenant go to the
 *     same one, and while one waits for the disk another works
 * @param settlementBatch settlements of one transaction, at most
 * @param postingPatience how long what settled usage drew may wait to be posted to funds and ledger together
 * @param rollUpPause between two rounds of folding settled usage into the roll-ups by day and month
 * @param reconcileEvery how often, by one instance for all, usage, ledger and balances are compared
 * @param journalDir a folder on the local disk that survives a restart, where settlements are kept while the database is
 *     away; gateways on one machine may share it
 * @param journalBytes that settlements may take there, room for running requests included, at 1 KiB each
 * @param journalRecords settlements that may be there, running requests included
 * @param fundsConnections for leases and heartbeats
 * @param shutdownLimit how long running requests may take to end when the application stops
 */
@ConfigurationProperties("tollgate.billing")
record BillingProperties(@DefaultValue("10s") Duration timeToLive, @DefaultValue("2s") Duration margin,
    @DefaultValue("60s") Duration outage, @DefaultValue("250ms") Duration patience,
    @DefaultValue("65536") int openRequests,
    @DefaultValue("30s") Duration settlementLimit, @DefaultValue("2") int settlementWriters,
    @DefaultValue("2000") int settlementBatch, @DefaultValue("30s") Duration postingPatience,
    @DefaultValue("5s") Duration rollUpPause, @DefaultValue("1h") Duration reconcileEvery,
    @DefaultValue("data/journal") Path journalDir,
    @DefaultValue("128MB") DataSize journalBytes, @DefaultValue("100000") int journalRecords,
    @DefaultValue("4") int fundsConnections,
    @DefaultValue("10s") Duration shutdownLimit) {

  FundsSettings funds() {
    FundsSettings usual = FundsSettings.DEFAULT;
    int ticksAhead = Math.toIntExact(Math.max(1, outage.dividedBy(usual.tick())));
    return new FundsSettings(timeToLive, margin, outage, patience, usual.tick(), ticksAhead,
        usual.idleTicks(), openRequests, settlementLimit);
  }
}
