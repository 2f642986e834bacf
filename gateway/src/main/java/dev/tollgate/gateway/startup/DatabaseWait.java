package dev.tollgate.gateway.startup;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a database that is not there yet, with growing pauses, and says so. One that answers and refuses, for a wrong
 * password, say, is not waited for: whoever uses it first tells what is wrong.
 */
final class DatabaseWait {

  private static final Logger log = LoggerFactory.getLogger(DatabaseWait.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration SAID_EVERY = Duration.ofSeconds(30);

  private final String address;
  private final Attempt attempt;
  private final Duration atMost;
  private final LongSupplier nanos;
  private final Consumer<Duration> pause;

  /**
   * A wait that has not begun.
   *
   * @param address for the log, without any secret
   * @param nanos a monotonic clock
   * @param pause lets time pass
   */
  DatabaseWait(String address, Attempt attempt, Duration atMost, LongSupplier nanos,
      Consumer<Duration> pause) {
    this.address = address;
    this.attempt = attempt;
    this.atMost = atMost;
    this.nanos = nanos;
    this.pause = pause;
  }

  /** Connects once. */
  @FunctionalInterface
  interface Attempt {
    void connect() throws SQLException;
  }

  /**
   * Returns once the database answers, in whatever way.
   *
   * @throws IllegalStateException if it does not in time
   */
  void await() {
    long began = nanos.getAsLong();
    long sayAt = began;
    Duration next = SHORTEST_PAUSE;
    for (SQLException why = connect(); why != null; why = connect()) {
      long now = nanos.getAsLong();
      Duration left = atMost.minusNanos(now - began);
      if (!left.isPositive()) {
        throw new IllegalStateException("The database at " + address + " has not answered for "
            + atMost.toSeconds() + " s (tollgate.database.wait): " + why.getMessage(), why);
      }
      if (now - sayAt >= 0) {
        sayAt = now + SAID_EVERY.toNanos();
        log.warn("Waiting for the database at {}, for {} s at most: {}", address, left.toSeconds(),
            why.getMessage());
      }
      pause.accept(next.compareTo(left) < 0 ? next : left);
      Duration twice = next.multipliedBy(2);
      next = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
  }

  /** Why it cannot be had now, or null. */
  private @Nullable SQLException connect() {
    try {
      attempt.connect();
      return null;
    } catch (SQLException e) {
      return isAway(e) ? e : null;
    }
  }

  /** Connections that fail, too many of them, and a server that starts or stops. */
  private static boolean isAway(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.equals("53300") || state.startsWith("57P0"));
  }
}
