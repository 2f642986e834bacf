package dev.tollgate.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.testing.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeFeedTest {

  private final TestPostgres.Database database = TestPostgres.empty();
  private final HikariDataSource pool = database.pool(1);
  private final AtomicBoolean reachable = new AtomicBoolean(true);
  private final ListeningChangeFeed feed = new ListeningChangeFeed(() -> {
    if (!reachable.get()) {
      throw new SQLException("unreachable");
    }
    return DriverManager.getConnection(database.url() + "?ApplicationName=feed", database.user(),
        database.password());
  });
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger reconnects = new AtomicInteger();

  @BeforeEach
  void startAndSubscribe() {
    feed.start();
    feed.subscribe("prices", seen::add, reconnects::incrementAndGet);
  }

  @AfterEach
  void stop() {
    feed.stop();
    pool.close();
  }

  @Test
  void deliversTheDetailWithinASecondAndOnlyOfTheTopicAskedFor() throws SQLException {
    announce("prices:7");
    announce("other:8");
    announce("prices");
    await().atMost(Duration.ofSeconds(1)).until(() -> seen.size() == 2);
    assertThat(seen).containsExactly("7", "");
    assertThat(reconnects).hasValue(0);
  }

  @Test
  void keepsTheColonsOfADetail() throws SQLException {
    announce("prices:a:b");
    await().atMost(Duration.ofSeconds(1)).until(() -> seen.equals(List.of("a:b")));
  }

  @Test
  void tellsEveryoneToReadAnewAfterTheServerEndsTheConnection() throws SQLException {
    endListener();
    await().until(() -> reconnects.get() == 1);
    announce("prices:9");
    await().atMost(Duration.ofSeconds(1)).until(() -> seen.equals(List.of("9")));
  }

  @Test
  void keepsTryingWhileTheDatabaseIsAway() throws SQLException {
    reachable.set(false);
    endListener();
    await().until(() -> !listenerConnected());
    announce("prices:missed");
    assertThat(reconnects).hasValue(0);
    reachable.set(true);
    await().until(() -> reconnects.get() == 1);
    assertThat(seen).isEmpty();
  }

  @Test
  void hasEveryoneReadAnewAgainAndAgainWhileNobodyCanListen() throws SQLException {
    var reads = new AtomicInteger();
    var failing = new AtomicInteger();
    var deaf = new ListeningChangeFeed(() -> {
      throw new SQLException("too many clients");
    }, Duration.ofMillis(20));
    deaf.subscribe("prices", seen::add, reads::incrementAndGet);
    deaf.subscribe("limits", seen::add, () -> {
      failing.incrementAndGet();
      throw new IllegalStateException("cannot read");
    });
    deaf.subscribe("contracts", seen::add, reconnects::incrementAndGet);
    Thread.ofVirtual().start(deaf::start);
    await().until(() -> reads.get() > 2 && failing.get() > 2);
    assertThat(reconnects).as("whoever comes after one that could not read").hasValue(0);
    deaf.stop();
  }

  @Test
  void asksASubscriberThatThrewToReadAnewUntilItSucceedsAndServesTheOthersMeanwhile() throws SQLException {
    var attempts = new AtomicInteger();
    feed.subscribe("prices", detail -> {
      throw new IllegalStateException("cannot read " + detail);
    }, () -> {
      if (attempts.incrementAndGet() < 3) {
        throw new IllegalStateException("still cannot read");
      }
    });
    announce("prices:1");
    await().until(() -> attempts.get() == 3);
    assertThat(seen).containsExactly("1");
    assertThat(reconnects).hasValue(0);
    announce("prices:2");
    await().until(() -> attempts.get() == 4);
    assertThat(seen).containsExactly("1", "2");
  }

  @Test
  void leavesNoConnectionBehindWhenStopped() throws SQLException {
    assertThat(listenerConnected()).isTrue();
    feed.stop();
    await().atMost(Duration.ofSeconds(2)).until(() -> !listenerConnected());
    assertThat(feed.isRunning()).isFalse();
  }

  @Test
  void tellsWhoSubscribedBeforeTheStartToRead() {
    var reads = new AtomicInteger();
    var later = new ListeningChangeFeed(
        () -> DriverManager.getConnection(database.url(), database.user(), database.password()));
    later.subscribe("prices", seen::add, reads::incrementAndGet);
    later.start();
    assertThat(reads).hasValue(1);
    later.stop();
  }

  private void announce(String payload) throws SQLException {
    execute("SELECT pg_notify('" + ChangeFeed.CHANNEL + "', '" + payload + "')");
  }

  private void endListener() throws SQLException {
    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        + " WHERE application_name = 'feed' AND datname = current_database()");
  }

  private boolean listenerConnected() throws SQLException {
    try (var connection = pool.getConnection(); var statement = connection.createStatement()) {
      var rows = statement.executeQuery("SELECT 1 FROM pg_stat_activity"
          + " WHERE application_name = 'feed' AND datname = current_database()");
      return rows.next();
    }
  }

  private void execute(String sql) throws SQLException {
    try (var connection = pool.getConnection(); var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
