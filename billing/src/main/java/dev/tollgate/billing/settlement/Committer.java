package dev.tollgate.billing.settlement;

import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.SettlementStore.FaultException;
import dev.tollgate.billing.settlement.SettlementStore.RefusedException;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import dev.tollgate.billing.settlement.SettlementStore.WriteException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a batch of settlements to its end.
 *
 * <p>A batch that fails for a passing reason is tried again as it is, which is safe also where the commit's outcome is
 * unknown, because a request id that is there already changes nothing. A batch that is refused for its content is
 * halved until the one bad settlement stands alone, fails and is logged.
 */
final class Committer {

  private static final Logger log = LoggerFactory.getLogger(Committer.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final SettlementStore store;
  private final Scheduling scheduling;
  private final BooleanSupplier gaveUp;

  /** @param gaveUp whether a batch that failed shall not be tried again */
  Committer(SettlementStore store, Scheduling scheduling, BooleanSupplier gaveUp) {
    this.store = store;
    this.scheduling = scheduling;
    this.gaveUp = gaveUp;
  }

  /** Tells all of the batch how they ended. */
  void settle(List<Entry> batch) {
    Duration pause = FIRST_PAUSE;
    UUID name = UUID.randomUUID();
    List<Settlement> settlements = batch.stream().map(Entry::settlement).toList();
    while (true) {
      try {
        List<Result> results = store.write(name, settlements);
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).settled(results.get(i));
        }
        return;
      } catch (WriteException e) {
        switch (e) {
          case RefusedException refused -> {
            refused(batch, refused);
            return;
          }
          case FaultException fault -> {
            log.warn("A batch of {} settlements is tried again: {}", batch.size(), fault.getMessage());
            if (gaveUp.getAsBoolean()) {
              batch.forEach(entry -> entry.rejected(fault));
              return;
            }
          }
        }
      }
      scheduling.pause(pause);
      pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  /** Halves count as new batches: what was refused was not committed by an earlier attempt either. */
  private void refused(List<Entry> batch, RefusedException reason) {
    if (batch.size() == 1) {
      batch.getFirst().rejected(reason);
      return;
    }
    int half = batch.size() / 2;
    settle(batch.subList(0, half));
    settle(batch.subList(half, batch.size()));
  }
}
