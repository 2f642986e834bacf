package dev.tollgate.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Listens on a connection of its own, because a pool would take back and hand out one that listens.
 *
 * <p>The thread's life: connect, LISTEN, tell everyone to read anew, then wait for announcements until the connection
 * breaks; pause a little; again. A connection that died without a word is found by a probe. As long as no connection
 * comes about, everyone is told to read anew every few seconds: their own connections may work (ADR 0031).
 */
final class ListeningChangeFeed implements ChangeFeed, SmartLifecycle {

  /** Before whatever reads its cache at start, so that nothing changes unseen between reading and listening. */
  static final int PHASE = -1000;

  private static final Logger log = LoggerFactory.getLogger(ListeningChangeFeed.class);
  private static final Duration FIRST_CONNECTION = Duration.ofSeconds(10);
  private static final Duration PROBE_EVERY = Duration.ofSeconds(5);
  /** How long everyone may go without news while nobody can listen. */
  private static final Duration LONGEST_DEAF = Duration.ofSeconds(5);
  private static final Duration RETRY_STALE_AFTER = Duration.ofMillis(250);
  private static final Backoff RECONNECT = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

  private final ConnectionSource connections;
  private final Duration longestDeaf;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch listening = new CountDownLatch(1);
  private volatile @Nullable Connection current;
  private volatile @Nullable Thread thread;
  private long knownAtNanos;

  ListeningChangeFeed(ConnectionSource connections) {
    this(connections, LONGEST_DEAF);
  }

  /** @param longestDeaf how long subscribers go without reading anew while there is no connection */
  ListeningChangeFeed(ConnectionSource connections, Duration longestDeaf) {
    this.connections = connections;
    this.longestDeaf = longestDeaf;
  }

  /** Opens a connection that nobody else uses. */
  interface ConnectionSource {
    Connection open() throws SQLException;
  }

  /** Doubling pauses between a shortest and a longest. */
  record Backoff(Duration shortest, Duration longest) {

    Duration after(int failures) {
      long millis = shortest.toMillis() << Math.min(failures, 16);
      return Duration.ofMillis(Math.min(millis, longest.toMillis()));
    }
  }

  @Override
  public void subscribe(String topic, Consumer<String> onChange, Runnable onReconnect) {
    subscriptions.add(new Subscription(topic, onChange, onReconnect));
  }

  @Override
  public void start() {
    thread = Thread.ofVirtual().name("change-feed").start(this::run);
    if (!await(listening, FIRST_CONNECTION)) {
      log.warn("Not listening to changes yet; caches are read anew as soon as the database answers");
    }
  }

  @Override
  public void stop() {
    stopping.countDown();
    abortConnection();
    Thread running = thread;
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    thread = null;
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  private void run() {
    int failures = 0;
    knownAtNanos = System.nanoTime();
    while (!isStopping()) {
      try (Connection connection = connections.open()) {
        current = connection;
        listen(connection);
        failures = 0;
        relay(connection);
      } catch (SQLException e) {
        if (!isStopping()) {
          log.warn("The change feed lost its connection: {}", e.getMessage());
        }
      } finally {
        current = null;
      }
      if (!isStopping() && System.nanoTime() - knownAtNanos > longestDeaf.toNanos()) {
        readAnewUnheard();
      }
      await(stopping, RECONNECT.after(failures++));
    }
  }

  private void listen(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("LISTEN " + CHANNEL);
    }
    subscriptions.forEach(Subscription::markStale);
    catchUp();
    listening.countDown();
  }

  private void relay(Connection connection) throws SQLException {
    PGConnection announcements = connection.unwrap(PGConnection.class);
    boolean upToDate = catchUp();
    while (!isStopping()) {
      Duration wait = upToDate ? PROBE_EVERY : RETRY_STALE_AFTER;
      PGNotification[] received = announcements.getNotifications((int) wait.toMillis());
      if (received.length == 0 && !connection.isValid((int) PROBE_EVERY.toSeconds())) {
        throw new SQLException("the server does not answer");
      }
      for (PGNotification notification : received) {
        deliver(notification.getParameter());
      }
      upToDate = catchUp();
      knownAtNanos = System.nanoTime();
    }
  }

  /** Up to the first who cannot: where the database does not answer at all, the others could not either. */
  private void readAnewUnheard() {
    subscriptions.forEach(Subscription::markStale);
    for (Subscription subscription : subscriptions) {
      if (!subscription.catchUp()) {
        break;
      }
    }
    knownAtNanos = System.nanoTime();
  }

  private void deliver(String payload) {
    int colon = payload.indexOf(':');
    String topic = colon < 0 ? payload : payload.substring(0, colon);
    String detail = colon < 0 ? "" : payload.substring(colon + 1);
    subscriptions.forEach(subscription -> subscription.deliver(topic, detail));
  }

  private boolean catchUp() {
    boolean upToDate = true;
    for (Subscription subscription : subscriptions) {
      upToDate &= subscription.catchUp();
    }
    return upToDate;
  }

  /** Breaks a read that waits for announcements; a plain close would wait for it. */
  private void abortConnection() {
    Connection connection = current;
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        log.debug("The listening connection did not close cleanly", e);
      }
    }
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private static boolean await(CountDownLatch latch, Duration atMost) {
    try {
      return latch.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
