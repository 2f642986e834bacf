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
import org.springframework.jdbc.core.simple.JdbcClient;
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

  private final JdbcRollUpStore store;
  private final TransactionTemplate transaction;
  private @Nullable Timer timer;

  public RollUps(DataSource database) {
    this.store = new JdbcRollUpStore(JdbcClient.create(database));
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  /** Folds again and again. */
  public void start(Scheduling scheduling, Duration pause) {
    timer = scheduling.every("billing-roll-ups", pause, this::foldWhatIsThere);
  }

  /** Begins no further round. */
  public void stop() {
    if (timer != null) {
      timer.stop();
    }
  }

  private void foldWhatIsThere() {
    try {
      while (fold(Instant.MAX, /* wait= */ false) > 0) {
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
    return Objects.requireNonNull(
        transaction.execute(status -> store.excludeOthers(wait) ? store.fold(before) : 0));
  }
}
