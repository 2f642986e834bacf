package dev.tollgate.billing.settlement;

import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.Attempts.Attempt;
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
 * unknown, because a request id that is there already changes nothing. If that goes on for longer than an answer should
 * wait, the journal keeps the batch under its name; while the journal knows that the database is away, at once. A batch
 * that is refused for its content is halved until the one bad settlement stands alone and is set aside.
 */
final class Committer {

  private static final Logger log = LoggerFactory.getLogger(Committer.class);
  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Attempts attempts;
  private final SettlementJournal journal;
  private final Scheduling scheduling;
  private final BooleanSupplier gaveUp;

  /** @param gaveUp whether a batch that failed shall not be tried again */
  Committer(Attempts attempts, SettlementJournal journal, Scheduling scheduling, BooleanSupplier gaveUp) {
    this.attempts = attempts;
    this.journal = journal;
    this.scheduling = scheduling;
    this.gaveUp = gaveUp;
  }

  /** Tells all of the batch how they ended, or that they are kept. */
  void settle(List<Entry> batch) {
    UUID name = UUID.randomUUID();
    if (journal.isDatabaseAway() && journal.keep(name, batch)) {
      return;
    }
    long patientUntil = scheduling.nanos() + PATIENCE.toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      switch (attempts.write(name, batch)) {
        case Attempt.Settled() -> {
          return;
        }
        case Attempt.Refused(Exception reason) -> {
          refused(batch, reason);
          return;
        }
        case Attempt.Failed(Exception reason) -> {
          boolean last = gaveUp.getAsBoolean();
          if ((last || scheduling.nanos() - patientUntil >= 0) && journal.keep(name, batch)) {
            return;
          }
          if (last) {
            batch.forEach(entry -> entry.rejected(reason));
            return;
          }
          log.warn("A batch of {} settlements is tried again: {}", batch.size(), reason.getMessage());
        }
      }
      scheduling.pause(pause);
      pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  /** Halves count as new batches: what was refused was not committed by an earlier attempt either. */
  private void refused(List<Entry> batch, Exception reason) {
    if (batch.size() == 1) {
      journal.reject(batch.getFirst(), reason);
      return;
    }
    int half = batch.size() / 2;
    settle(batch.subList(0, half));
    settle(batch.subList(half, batch.size()));
  }
}
