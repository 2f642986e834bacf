package dev.tollgate.billing.settlement;

import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.SettlementStore.WriteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far running requests have come: of each the latest that is not yet written. There are never more of them than open
 * requests. A checkpoint that cannot be written is dropped, as the next one says more.
 */
final class Progress {

  private static final Logger log = LoggerFactory.getLogger(Progress.class);
  /** Gathers the checkpoints of many requests for one transaction. */
  private static final Duration GATHERING = Duration.ofMillis(250);

  private final SettlementStore store;
  private final SettlementJournal journal;
  private final Scheduling scheduling;
  private final int limit;
  private final Map<RequestId, Settlement> latest = new ConcurrentHashMap<>();
  private long savedAtNanos;

  Progress(SettlementStore store, SettlementJournal journal, Scheduling scheduling, int limit) {
    this.store = store;
    this.journal = journal;
    this.scheduling = scheduling;
    this.limit = limit;
    this.savedAtNanos = scheduling.nanos();
  }

  void reached(Settlement soFar) {
    latest.put(soFar.id(), soFar);
  }

  /** To be called before the settlement is queued, so that nothing is written after it. */
  void ended(RequestId id) {
    latest.remove(id);
  }

  /** Writes what has gathered, on the writer's thread. */
  void save() {
    if (latest.isEmpty() || scheduling.nanos() - savedAtNanos < GATHERING.toNanos()) {
      return;
    }
    savedAtNanos = scheduling.nanos();
    var some = new ArrayList<Settlement>();
    Iterator<Settlement> all = latest.values().iterator();
    while (all.hasNext() && some.size() < limit) {
      some.add(all.next());
      all.remove();
    }
    if (journal.isDatabaseAway()) {
      return;
    }
    try {
      store.checkpoint(some);
    } catch (WriteException e) {
      log.debug("{} checkpoints were not written: {}", some.size(), e.getMessage());
    }
  }
}
