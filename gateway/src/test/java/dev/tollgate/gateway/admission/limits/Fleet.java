package dev.tollgate.gateway.admission.limits;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.gateway.admission.limits.RateLimiter.Entrance;
import dev.tollgate.gateway.coordination.Presence;
import dev.tollgate.tenants.Caller;
import dev.tollgate.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Several instances' limiters on one real database, with time that can be moved on. */
final class Fleet implements AutoCloseable {

  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
  private static final Duration MARGIN = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMillis(250);
  /** More than in earnest, so that a busy machine's database is not taken for one that is away. */
  private static final Duration MUCH_PATIENCE = Duration.ofMillis(1_500);
  private static final Duration BEAT = Duration.ofSeconds(2);

  final TestPostgres.Database database = TestPostgres.migrated();
  final HikariDataSource pool = new TestPostgres.Database(
      database.url() + "?options=-csynchronous_commit=off",
      database.user(), database.password()).pool(12);
  final JdbcClient jdbc = JdbcClient.create(pool);
  final ConfiguredLimits limits = new ConfiguredLimits();
  final List<Instance> instances = new CopyOnWriteArrayList<>();
  private final AtomicLong moved = new AtomicLong();
  private final boolean real;
  private final CountDownLatch listening = new CountDownLatch(1);
  private long beatAt;
  private volatile boolean closed;

  private Fleet(int size, boolean real) {
    this.real = real;
    for (int i = 0; i < size; i++) {
      add();
    }
    if (real) {
      Thread.ofVirtual().start(this::relayRecalls);
      Thread.ofVirtual().start(this::tick);
      await().until(() -> listening.getCount() == 0);
    }
  }

  /** Instances that work beside each other; time goes by, and can be moved on besides. */
  static Fleet concurrent(int size) {
    return new Fleet(size, true);
  }

  /** Instances of which only one does something at a time; time stands still unless it is moved. */
  static Fleet stepped(int size) {
    return new Fleet(size, false);
  }

  Instance add() {
    var instance = new Instance();
    instances.add(instance);
    return instance;
  }

  long nanos() {
    return real ? System.nanoTime() + moved.get() : moved.get();
  }

  /** Moves all clocks on, the database's too, with heartbeats and upkeep in between. */
  void pass(Duration time) {
    Duration left = time;
    while (left.isPositive()) {
      Duration step = left.compareTo(BEAT) < 0 ? left : BEAT;
      left = left.minus(step);
      moved.addAndGet(step.toNanos());
      jdbc.sql("""
          UPDATE gateway.instance SET expires_at = expires_at - :by * interval '1 microsecond',
            ended_at = ended_at - :by * interval '1 microsecond'
          """).param("by", step.toNanos() / 1_000).update();
      boolean beats = nanos() - beatAt >= BEAT.toNanos();
      beatAt = beats ? nanos() : beatAt;
      instances.forEach(instance -> instance.upkeep(beats));
    }
  }

  private void tick() {
    while (!closed) {
      instances.forEach(instance -> instance.upkeep(false));
      LockSupport.parkNanos(50_000_000);
    }
  }

  long lent(UUID subject) {
    return jdbc.sql("SELECT COALESCE(sum(granted), 0) FROM gateway.limit_share WHERE subject_id = ?")
        .param(subject).query(Long.class).single();
  }

  private void relayRecalls() {
    try (Connection connection = DriverManager.getConnection(database.url(), database.user(),
        database.password()); var statement = connection.createStatement()) {
      statement.execute("LISTEN tollgate_changes");
      listening.countDown();
      PGConnection announcements = connection.unwrap(PGConnection.class);
      while (!closed) {
        for (PGNotification notification : announcements.getNotifications(20)) {
          deliver(notification.getParameter());
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Recalls are not relayed", e);
    }
  }

  private void deliver(String announcement) {
    String prefix = RateLimiter.RECALL_TOPIC + ":";
    if (announcement.startsWith(prefix)) {
      instances.forEach(instance -> instance.limiter.recalled(announcement.substring(prefix.length())));
    }
  }

  /** What would be announced while an instance waits; nothing else does so where all take turns. */
  private void pauseStepped(long pauseNanos) {
    moved.addAndGet(pauseNanos);
    instances.forEach(asking -> instances.forEach(other -> other.recalledBy(asking)));
  }

  @Override
  public void close() {
    closed = true;
    pool.close();
  }

  /** One instance. */
  final class Instance {

    final Presence presence = new Presence(UUID.randomUUID(), jdbc, TIME_TO_LIVE, MARGIN, Fleet.this::nanos);
    final RateLimiter limiter = real
        ? new RateLimiter(limits, presence, jdbc, Fleet.this::nanos, MUCH_PATIENCE,
            task -> Thread.ofVirtual().start(task), LockSupport::parkNanos)
        : new RateLimiter(limits, presence, jdbc, Fleet.this::nanos, PATIENCE, Runnable::run,
            Fleet.this::pauseStepped);
    private @Nullable Caller asking;

    Instance() {
      presence.beat();
    }

    Entrance enter(Caller caller) {
      asking = caller;
      try {
        return limiter.enter(caller);
      } finally {
        asking = null;
      }
    }

    Passage admitted(Caller caller) {
      return switch (enter(caller)) {
        case Entrance.Admitted(Passage passage) -> passage;
        case Entrance.Refused(LimitHit hit) -> throw new AssertionError("Refused by " + hit);
      };
    }

    LimitHit refused(Caller caller) {
      return switch (enter(caller)) {
        case Entrance.Admitted(Passage passage) -> throw new AssertionError("Admitted: " + passage.status());
        case Entrance.Refused(LimitHit hit) -> hit;
      };
    }

    private void upkeep(boolean beats) {
      if (beats) {
        presence.beat();
        presence.reclaim();
      }
      limiter.tick();
    }

    private void recalledBy(Instance other) {
      Caller caller = other.asking;
      Long epoch = other.presence.epoch();
      if (other != this && caller != null && epoch != null) {
        for (LimitKind kind : LimitKind.values()) {
          limits.applyingTo(caller).forEach(applied -> limiter
              .recalled(new Recall(epoch, applied.subject().id(), kind).toString()));
        }
      }
    }

    /** Is gone without a word. */
    void crash() {
      instances.remove(this);
    }
  }
}
