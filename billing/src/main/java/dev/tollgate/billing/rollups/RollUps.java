package dev.tollgate.billing.rollups;

import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.scheduling.Scheduling.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Folds what settlements added into the roll-ups by day and month. One instance at a time does it for all, some
 * transactions of settlement in one of its own, so that what it costs depends on how much is told apart, not on how many
 * requests there were.
 */
public final class RollUps {

  private static final Logger log = LoggerFactory.getLogger(RollUps.class);
  /**
   * How many times as long as it folded it rests: what many tenants add to the same rows costs as much after seconds as
   * after one, so folding takes a twentieth of the time at most, and roll-ups are later by what that takes.
   */
  private static final int RESTS = 19;
  private static final long LONGEST_REST_NANOS = Duration.ofMinutes(1).toNanos();

  /** Transactions of settlement at once: the more, the more of them share a row of a roll-up. */
  private static final int MOST_AT_ONCE = 5_000;

  private final JdbcRollUpStore store;
  private final TransactionTemplate transaction;
  private @Nullable Timer timer;
  /** On the scheduling's clock. */
  private long restsUntil;

  public RollUps(DataSource database) {
    this.store = new JdbcRollUpStore(database);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  /**
   * Folds again and again.
   *
   * @param pause between two rounds, at least; longer where a round takes long
   */
  public void start(Scheduling scheduling, Duration pause) {
    restsUntil = scheduling.nanos();
    timer = scheduling.every("billing-roll-ups", pause, () -> {
      long begun = scheduling.nanos();
      if (begun - restsUntil >= 0) {
        foldWhatIsThere();
        long ended = scheduling.nanos();
        restsUntil = ended + Math.min(RESTS * (ended - begun), LONGEST_REST_NANOS);
      }
    });
  }

  /** Begins no further round. */
  public void stop() {
    if (timer != null) {
      timer.stop();
    }
  }

  private void foldWhatIsThere() {
    try {
      // What comes meanwhile is left for the next round, or this one might never end.
      Instant begun = store.now();
      while (fold(begun, /* wait= */ false) > 0) {
        log.trace("Folded some usage into the roll-ups");
      }
    } catch (DataAccessException | TransactionException e) {
      log.warn("Usage could not be folded into the roll-ups and waits: {}", e.toString());
    }
  }

  /** Folds some of what is there; how many transactions of settlement, 0 if there is nothing or others are at it. */
  public int fold() {
    return fold(Instant.MAX, /* wait= */ false);
  }

  /**
   * Folds some of what was settled before an instant of the database's clock, after whoever is at it; how many
   * transactions of settlement, 0 if all of it is folded.
   */
  public int foldSettledBefore(Instant cut) {
    return fold(cut, /* wait= */ true);
  }

  private int fold(Instant before, boolean wait) {
    try {
      return fold(before, wait, MOST_AT_ONCE);
    } catch (ArithmeticException e) {
      log.warn("Sums of usage are too large to be folded together, so they are folded one by one: {}",
          e.getMessage());
      return fold(before, wait, 1);
    }
  }

  private int fold(Instant before, boolean wait, int most) {
    return Objects.requireNonNull(
        transaction.execute(status -> store.excludeOthers(wait) ? store.fold(before, most) : 0));
  }
}
