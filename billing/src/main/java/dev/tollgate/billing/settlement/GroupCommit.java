package dev.tollgate.billing.settlement;

import dev.tollgate.billing.settlement.SettlementBatch.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer: takes whatever waits, up to a limit, and commits it as one transaction, so that many requests share one
 * flush to disk. While it writes, the next batch gathers.
 *
 * <p>A batch that fails for a passing reason (connection, deadlock, resources) is tried again as it is, which is safe
 * also where the commit's outcome is unknown, because a request id that is there already changes nothing. A batch that
 * the database refuses for its content is halved until the one bad settlement stands alone, fails and is logged.
 */
final class GroupCommit implements Settlements {

  private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);
  private static final long LONGEST_PAUSE_MILLIS = 1_000;

  private final DataSource database;
  private final int batchLimit;
  private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private final Thread writer;
  private volatile boolean stopping;
  private volatile long stopByNanos = Long.MAX_VALUE;

  GroupCommit(DataSource database, int batchLimit, String name) {
    this.database = database;
    this.batchLimit = batchLimit;
    this.writer = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    writer.start();
  }

  /** Writes what waits, for at most the given time. */
  void stop(Duration atMost) {
    stopByNanos = System.nanoTime() + atMost.toNanos();
    stopping = true;
    try {
      writer.join(atMost.plusSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void submit(Settlement settlement, Outcome outcome) {
    queue.add(new Entry(settlement, outcome));
  }

  private void run() {
    var batch = new ArrayList<Entry>(batchLimit);
    while (!stopping || !queue.isEmpty()) {
      try {
        Entry first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, batchLimit - 1);
          settle(batch);
        }
      } catch (InterruptedException e) {
        log.warn("The settlement writer was interrupted and goes on", e);
      } catch (RuntimeException e) {
        log.error("The settlement writer failed on a batch of {} and goes on", batch.size(), e);
      }
      batch.clear();
    }
  }

  private void settle(List<Entry> batch) throws InterruptedException {
    long pauseMillis = 5;
    UUID name = UUID.randomUUID();
    while (true) {
      try {
        List<Result> results = commit(name, batch);
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).settled(results.get(i));
        }
        return;
      } catch (SQLException e) {
        if (isRefusal(e)) {
          refused(batch, e);
          return;
        }
        log.warn("A batch of {} settlements is tried again: {}", batch.size(), e.getMessage());
        if (System.nanoTime() - stopByNanos > 0 && stopping) {
          batch.forEach(entry -> entry.rejected(e));
          return;
        }
      } catch (ArithmeticException e) {
        refused(batch, e);
        return;
      }
      Thread.sleep(pauseMillis);
      pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
    }
  }

  /** Halves count as new batches: what was refused was not committed by an earlier attempt either. */
  private void refused(List<Entry> batch, Exception reason) throws InterruptedException {
    if (batch.size() == 1) {
      batch.getFirst().rejected(reason);
      return;
    }
    int half = batch.size() / 2;
    settle(batch.subList(0, half));
    settle(batch.subList(half, batch.size()));
  }

  private List<Result> commit(UUID name, List<Entry> batch) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        List<Result> results = SettlementBatch.write(connection, name,
            batch.stream().map(Entry::settlement).toList());
        connection.commit();
        return results;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection);
        throw e;
      }
    }
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      log.debug("The connection is gone, and the transaction with it", e);
    }
  }

  /** Data exceptions, violated constraints, exceeded limits of a value, and what a trigger raises. */
  private static boolean isRefusal(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("P0"));
  }

  private record Entry(Settlement settlement, Outcome outcome) {

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
}
