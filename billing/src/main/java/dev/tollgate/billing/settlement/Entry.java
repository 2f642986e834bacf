package dev.tollgate.billing.settlement;

import dev.tollgate.billing.settlement.SettlementStore.Result;
import dev.tollgate.billing.settlement.Settlements.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A settlement on its way, and who is told how it ended. */
record Entry(Settlement settlement, Outcome outcome) {

  private static final Logger log = LoggerFactory.getLogger(Entry.class);

  void settled(Result result) {
    try {
      outcome.settled(result.receipt(), result.first());
    } catch (RuntimeException e) {
      log.error("What waited for the settlement of {} failed", settlement.id(), e);
    }
  }

  void rejected(Exception reason) {
    log.error("The settlement of request {} of tenant {} is NOT recorded: {}", settlement.id(),
        settlement.payer().tenant(), settlement, reason);
    try {
      outcome.rejected(reason);
    } catch (RuntimeException e) {
      log.error("What waited for the settlement of {} failed", settlement.id(), e);
    }
  }
}
