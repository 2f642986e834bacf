package dev.tollgate.billing.settlement;

import dev.tollgate.billing.settlement.SettlementStore.FaultException;
import dev.tollgate.billing.settlement.SettlementStore.RefusedException;
import dev.tollgate.billing.settlement.SettlementStore.Result;
import dev.tollgate.billing.settlement.SettlementStore.WriteException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Single attempts to write a batch to the database. */
final class Attempts {

  private static final Logger log = LoggerFactory.getLogger(Attempts.class);

  private final SettlementStore store;
  private final Counts counts;

  Attempts(SettlementStore store, Counts counts) {
    this.store = store;
    this.counts = counts;
  }

  /** What came of an attempt. */
  sealed interface Attempt {

    /** All are settled and told so. */
    record Settled() implements Attempt {}

    /** Something in the batch is wrong: it is not written, and nobody is told. */
    record Refused(Exception reason) implements Attempt {}

    /** The database failed; whether it wrote the batch may be unknown. Nobody is told. */
    record Failed(Exception reason) implements Attempt {}
  }

  /** @param name of the batch, the same at every attempt */
  Attempt write(UUID name, List<Entry> batch) {
    try {
      List<Result> results = store.write(name, batch.stream().map(Entry::settlement).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).settled(results.get(i));
      }
      counts.batches.increment();
      counts.settlements.add(batch.size());
      return new Attempt.Settled();
    } catch (WriteException e) {
      return switch (e) {
        case RefusedException refused -> new Attempt.Refused(refused);
        case FaultException fault -> {
          counts.faults.increment();
          yield new Attempt.Failed(fault);
        }
      };
    } catch (RuntimeException e) {
      log.error("A batch of {} settlements met a fault of the program", batch.size(), e);
      return new Attempt.Refused(e);
    }
  }
}
