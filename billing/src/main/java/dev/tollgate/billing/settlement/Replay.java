package dev.tollgate.billing.settlement;

import dev.tollgate.billing.journal.Journal.Leftover;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.Attempts.Attempt;
import dev.tollgate.billing.settlement.SettlementCodec.Batch;
import dev.tollgate.billing.settlement.SettlementJournal.Kept;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the journal kept into the database, in order: first what this process kept, then what others left behind
 * when they ended. Each batch keeps its name, so that one that had been committed unheard, or is replayed again because
 * a crash came before the journal was cleared, is known again and changes nothing.
 */
final class Replay {

  private static final Logger log = LoggerFactory.getLogger(Replay.class);
  private static final Duration IDLE = Duration.ofMillis(100);
  private static final Duration PAUSE_AFTER_FAULT = Duration.ofMillis(250);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

  private final Attempts attempts;
  private final SettlementJournal journal;
  private final Scheduling scheduling;
  private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);
  private volatile boolean stopping;
  private volatile long stopByNanos;
  private long nextLookNanos;

  Replay(Attempts attempts, SettlementJournal journal, Scheduling scheduling) {
    this.attempts = attempts;
    this.journal = journal;
    this.scheduling = scheduling;
    this.nextLookNanos = scheduling.nanos();
  }

  void start() {
    ended = scheduling.startThread("settlement-replay", this::run);
  }

  /** Ends when nothing is kept any more, the database is away, or the time is over. */
  void stop(Duration atMost) {
    stopByNanos = scheduling.nanos() + atMost.toNanos();
    stopping = true;
    scheduling.await(ended, atMost.plusSeconds(1).toNanos());
  }

  private void run() {
    while (!isOver()) {
      try {
        if (!step()) {
          scheduling.pause(IDLE);
        }
      } catch (RuntimeException e) {
        log.error("The replay of the journal failed and goes on", e);
        scheduling.pause(PAUSE_AFTER_FAULT);
      }
      if (Thread.interrupted()) {
        log.warn("The replay of the journal was interrupted and goes on");
      }
    }
  }

  private boolean isOver() {
    return stopping && (journal.first() == null || journal.isDatabaseAway()
        || scheduling.nanos() - stopByNanos > 0);
  }

  /** Takes one batch further; false if there was none. */
  boolean step() {
    Kept first = journal.first();
    if (first != null) {
      apply(first);
      return true;
    }
    return takeOver();
  }

  private void apply(Kept first) {
    switch (attempts.write(first.name(), first.entries())) {
      case Attempt.Settled() -> {
        journal.databaseIsAway(false);
        journal.applied();
      }
      case Attempt.Refused(Exception reason) -> {
        if (first.entries().size() > 1) {
          journal.halve();
        } else {
          journal.reject(first.entries().getFirst(), reason);
          journal.applied();
        }
      }
      case Attempt.Failed(Exception reason) -> {
        log.debug("The database is still away: {}", reason.getMessage());
        journal.databaseIsAway(true);
        scheduling.pause(PAUSE_AFTER_FAULT);
      }
    }
  }

  private boolean takeOver() {
    if (stopping || scheduling.nanos() - nextLookNanos < 0) {
      return false;
    }
    nextLookNanos = scheduling.nanos() + BETWEEN_LOOKS.toNanos();
    try {
      for (Leftover leftover : journal.leftovers()) {
        try (leftover) {
          takeOver(leftover);
        }
      }
    } catch (IOException e) {
      log.error("What earlier processes left in the journal cannot be read; it is tried again", e);
    }
    return false;
  }

  private void takeOver(Leftover leftover) throws IOException {
    int settlements = 0;
    for (byte[] payload = leftover.next(); payload != null; payload = leftover.next()) {
      Batch batch;
      try {
        batch = SettlementCodec.decodeBatch(payload);
      } catch (IOException e) {
        log.error("A record of the journal is whole but cannot be understood; it is set aside", e);
        journal.damaged(payload);
        continue;
      }
      List<Entry> entries = batch.settlements().stream().map(settlement -> new Entry(settlement, Nobody.TOLD))
          .toList();
      if (!written(batch.id(), entries)) {
        return;
      }
      settlements += entries.size();
    }
    leftover.finish().forEach(file -> journal.counts().damaged.increment());
    if (settlements > 0) {
      log.warn("Took over {} settlements that an earlier process had left in its journal", settlements);
    }
  }

  private boolean written(UUID name, List<Entry> batch) {
    return switch (attempts.write(name, batch)) {
      case Attempt.Settled() -> true;
      case Attempt.Refused(Exception reason) -> {
        if (batch.size() == 1) {
          journal.reject(batch.getFirst(), reason);
          yield true;
        }
        int half = batch.size() / 2;
        yield written(UUID.randomUUID(), batch.subList(0, half))
            && written(UUID.randomUUID(), batch.subList(half, batch.size()));
      }
      case Attempt.Failed(Exception reason) -> {
        log.warn("The journal of an earlier process waits for the database: {}", reason.getMessage());
        yield false;
      }
    };
  }
}
