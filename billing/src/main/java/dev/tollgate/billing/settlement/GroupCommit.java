package dev.tollgate.billing.settlement;

import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.Settlements.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer: takes whatever waits, up to a limit, and commits it as one transaction, so that many requests share one
 * flush to disk. While it writes, the next batch gathers. Between batches it writes the checkpoints that came.
 */
final class GroupCommit {

  private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);
  private static final Duration IDLE = Duration.ofMillis(100);
  /** For what is being written when the time to stop is over. */
  private static final Duration LAST_BATCH = Duration.ofSeconds(1);

  private final Scheduling scheduling;
  private final Committer committer;
  private final Progress progress;
  private final int batchLimit;
  private final String name;
  private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);
  private volatile boolean stopping;
  private volatile long stopByNanos;

  GroupCommit(SettlementStore store, Attempts attempts, SettlementJournal journal, Scheduling scheduling,
      int batchLimit, String name) {
    this.scheduling = scheduling;
    this.committer = new Committer(attempts, journal, scheduling,
        () -> stopping && scheduling.nanos() - stopByNanos > 0);
    this.progress = new Progress(store, journal, scheduling, batchLimit);
    this.batchLimit = batchLimit;
    this.name = name;
  }

  void start() {
    ended = scheduling.startThread(name, this::run);
  }

  /** Writes what waits, for at most the given time, and then ends. */
  void beginStop(Duration atMost) {
    stopByNanos = scheduling.nanos() + atMost.toNanos();
    stopping = true;
  }

  /** Returns once it has ended, or the time for it is over. */
  void awaitStop() {
    scheduling.await(ended, stopByNanos - scheduling.nanos() + LAST_BATCH.toNanos());
  }

  void submit(Settlement settlement, Outcome outcome) {
    progress.ended(settlement.id());
    queue.add(new Entry(settlement, outcome));
  }

  void checkpoint(Settlement soFar) {
    progress.reached(soFar);
  }

  int queued() {
    return queue.size();
  }

  private void run() {
    var batch = new ArrayList<Entry>(batchLimit);
    while (!stopping || !queue.isEmpty()) {
      try {
        Entry first = scheduling.take(queue, IDLE);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, batchLimit - 1);
          committer.settle(batch);
        }
        progress.save();
      } catch (RuntimeException e) {
        log.error("The settlement writer failed on a batch of {} and goes on", batch.size(), e);
      }
      if (Thread.interrupted()) {
        log.warn("The settlement writer was interrupted and goes on");
      }
      batch.clear();
    }
  }
}
