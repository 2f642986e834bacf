package dev.tollgate.billing.ledger;

import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.scheduling.Scheduling.Timer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts what settlements of all instances drew, once it has waited long enough for more to come: what posting costs
 * depends on how many accounts were drawn from, not on how many settlements there were. So the work of one round is
 * bounded, however much has gathered.
 *
 * <p>Every instance has one. They share the work by buckets of accounts, each in a short transaction that does not wait
 * for the disk: if it is lost in a crash, the pending rows are back.
 */
public final class Poster {

  private static final Logger log = LoggerFactory.getLogger(Poster.class);

  private final DataSource database;
  private final Scheduling scheduling;
  private final Duration patience;
  private final Duration pause;
  private volatile Backlog backlog = new Backlog(0, Duration.ZERO);
  private @Nullable Timer timer;

  /**
   * A poster that is not started yet.
   *
   * @param patience how old what is pending in a bucket of accounts may become before it is posted
   * @param pause between two looks for it
   */
  public Poster(DataSource database, Scheduling scheduling, Duration patience, Duration pause) {
    this.database = database;
    this.scheduling = scheduling;
    this.patience = patience;
    this.pause = pause;
  }

  public void start() {
    timer = scheduling.every("billing-poster", pause, this::post);
  }

  /** Begins no further round. What is pending stays for others, or until this instance ends its epoch. */
  public void stop() {
    if (timer != null) {
      timer.stop();
    }
  }

  /** One round. Faults are logged; what could not be posted stays pending. */
  public void post() {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      for (int bucket : due(connection)) {
        post(connection, bucket);
      }
    } catch (SQLException e) {
      log.warn("What usage drew could not be posted and stays pending: {}", e.toString());
    }
  }

  private List<Integer> due(Connection connection) throws SQLException {
    var due = new ArrayList<Integer>(Postings.BUCKETS);
    long rows = 0;
    long oldestMillis = 0;
    try (PreparedStatement statement = connection.prepareStatement("""
        SELECT bucket, count(*), (extract(epoch FROM clock_timestamp() - min(settled_at)) * 1000)::bigint
        FROM billing.posting GROUP BY bucket ORDER BY bucket
        """);
        ResultSet pending = statement.executeQuery()) {
      while (pending.next()) {
        rows += pending.getLong(2);
        oldestMillis = Math.max(oldestMillis, pending.getLong(3));
        if (pending.getLong(3) >= patience.toMillis()) {
          due.add(pending.getInt(1));
        }
      }
    }
    connection.commit();
    backlog = new Backlog(rows, Duration.ofMillis(oldestMillis));
    return due;
  }

  private static void post(Connection connection, int bucket) throws SQLException {
    try {
      try (var statement = connection.createStatement()) {
        statement.execute("SET LOCAL synchronous_commit = off");
      }
      Postings.ofBucket(connection, bucket);
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      log.error("What usage drew from accounts of bucket {} could not be posted and stays pending", bucket,
          e);
    }
  }

  /** What was pending over all instances when the latest round began. */
  public Backlog backlog() {
    return backlog;
  }

  /**
   * What is pending.
   *
   * @param rows one for each transaction of settlement, instance and bucket of accounts
   * @param oldest since the oldest was settled
   */
  public record Backlog(long rows, Duration oldest) {}
}
