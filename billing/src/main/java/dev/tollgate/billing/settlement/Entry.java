package dev.tollgate.billing.settlement;

import dev.tollgate.billing.settlement.SettlementStore.Result;
import dev.tollgate.billing.settlement.Settlements.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A settlement on its way, and who is told how it ended. */
record Entry(Settlement settlement, Outcome outcome) {

  private static final Logger log = LoggerFactory.getLogger(Entry.class);

  void kept() {
    tell(() -> outcome.kept(settlement.receipt()));
  }

  void settled(Result result) {
    tell(() -> outcome.settled(result.receipt(), result.drawn()));
  }

  void rejected(Exception reason) {
    log.error("The settlement of request {} of tenant {} is NOT recorded: {}", settlement.id(),
        settlement.payer().tenant(), settlement, reason);
    tell(() -> outcome.rejected(reason));
  }

  private void tell(Runnable what) {
    try {
      what.run();
    } catch (RuntimeException e) {
      log.error("What waited for the settlement of {} failed", settlement.id(), e);
    }
  }
}
