package dev.tollgate.billing.wiring;

import dev.tollgate.billing.funds.FundsSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be tuned.
 *
 * @param timeToLive of an instance that does not renew its leases; after a crash its funds are free after this and
 *     twice the margin
 * @param margin before the end of its time to live an instance stops admitting, and after it others reclaim
 * @param patience how long a request may wait for the database when the share at hand does not cover it
 * @param openRequests that may run or wait to be settled at one time; beyond that, new ones are refused
 * @param settlementLimit how long an answer waits for its settlement to be durable
 * @param settlementWriters threads that commit settlements, each with a connection of its own
 * @param settlementBatch settlements of one transaction, at most
 * @param postingPatience how long what settled usage drew may wait to be posted to funds and ledger together
 * @param fundsConnections for leases and heartbeats
 * @param shutdownLimit how long running requests may take to end when the application stops
 */
@ConfigurationProperties("tollgate.billing")
record BillingProperties(@DefaultValue("10s") Duration timeToLive, @DefaultValue("2s") Duration margin,
    @DefaultValue("250ms") Duration patience, @DefaultValue("65536") int openRequests,
    @DefaultValue("30s") Duration settlementLimit, @DefaultValue("1") int settlementWriters,
    @DefaultValue("2000") int settlementBatch, @DefaultValue("5s") Duration postingPatience,
    @DefaultValue("4") int fundsConnections,
    @DefaultValue("10s") Duration shutdownLimit) {

  FundsSettings funds() {
    FundsSettings usual = FundsSettings.DEFAULT;
    return new FundsSettings(timeToLive, margin, patience, usual.tick(), usual.ticksAhead(),
        usual.idleTicks(),
        openRequests, settlementLimit);
  }
}
