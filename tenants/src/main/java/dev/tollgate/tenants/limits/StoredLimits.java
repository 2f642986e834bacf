package dev.tollgate.tenants.limits;

import dev.tollgate.db.ChangeFeed;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.RateLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** All limits in memory, as the database has them within a second. Most callers have none, and cost next to nothing. */
@Component
class StoredLimits implements Limits, SmartLifecycle {

  // After the change feed listens, before the web server takes requests.
  private static final int PHASE = -900;

  private final JdbcLimitStore store;
  private final ChangeFeed changes;
  // Reading a row and keeping it are one step under this lock, so that a slow reader cannot put back what a faster one
  // has replaced already.
  private final ReentrantLock refreshing = new ReentrantLock();
  private volatile Map<UUID, Applied> bySubject = new ConcurrentHashMap<>();
  private volatile boolean running;

  StoredLimits(JdbcLimitStore store, ChangeFeed changes) {
    this.store = store;
    this.changes = changes;
  }

  @Override
  public RateLimits of(Subject subject) {
    Applied known = bySubject.get(subject.id());
    return known != null && known.subject().equals(subject) ? known.limits() : RateLimits.NONE;
  }

  @Override
  public Optional<RateLimits> stored(Subject subject) {
    return store.exists(subject)
        ? Optional.of(store.find(subject.id()).filter(found -> found.subject().equals(subject))
            .map(Applied::limits).orElse(RateLimits.NONE))
        : Optional.empty();
  }

  @Override
  public List<Applied> applyingTo(Caller caller) {
    Map<UUID, Applied> all = bySubject;
    if (all.isEmpty()) {
      return List.of();
    }
    Applied key = all.get(caller.key().value());
    Applied project = all.get(caller.project().value());
    Applied tenant = all.get(caller.tenant().value());
    if (key == null && project == null && tenant == null) {
      return List.of();
    }
    var applied = new ArrayList<Applied>(3);
    addTo(applied, key);
    addTo(applied, project);
    addTo(applied, tenant);
    return applied;
  }

  private static void addTo(List<Applied> applied, @Nullable Applied more) {
    if (more != null) {
      applied.add(more);
    }
  }

  @Override
  public void set(Subject subject, RateLimits limits) {
    if (limits.isNone()) {
      store.remove(subject);
    } else if (!store.put(subject, limits)) {
      throw new UnknownSubjectException(subject);
    }
    // Inside a caller's transaction nothing is certain yet; the change feed tells when it is.
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      refresh(subject.id());
    }
  }

  private void refresh(UUID subject) {
    refreshing.lock();
    try {
      store.find(subject).ifPresentOrElse(found -> bySubject.put(subject, found),
          () -> bySubject.remove(subject));
    } finally {
      refreshing.unlock();
    }
  }

  private void readAll() {
    refreshing.lock();
    try {
      var read = new ConcurrentHashMap<UUID, Applied>();
      store.all().forEach(applied -> read.put(applied.subject().id(), applied));
      bySubject = read;
    } finally {
      refreshing.unlock();
    }
  }

  @Override
  public void start() {
    changes.subscribe("limits", id -> refresh(UUID.fromString(id)), this::readAll);
    readAll();
    running = true;
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
