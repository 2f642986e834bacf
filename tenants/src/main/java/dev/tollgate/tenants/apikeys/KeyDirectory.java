package dev.tollgate.tenants.apikeys;

import dev.tollgate.db.ChangeFeed;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** All keys in memory, as the database has them within a second. */
@Component
class KeyDirectory implements SmartLifecycle {

  // After the change feed listens, before the web server takes requests.
  private static final int PHASE = -900;

  private final JdbcApiKeyStore store;
  private final ChangeFeed changes;
  // Reading a row and keeping it are one step under this lock: a slow reader must not put back what a faster one has
  // replaced already, such as a key that was revoked in between.
  private final ReentrantLock refreshing = new ReentrantLock();
  private volatile Map<UUID, KnownKey> keys = new ConcurrentHashMap<>();
  private volatile Set<UUID> suspendedTenants = Set.of();
  private volatile Set<UUID> overdueTenants = Set.of();
  private volatile boolean running;

  KeyDirectory(JdbcApiKeyStore store, ChangeFeed changes) {
    this.store = store;
    this.changes = changes;
  }

  @Nullable
  KnownKey find(UUID id) {
    return keys.get(id);
  }

  boolean isSuspended(UUID tenant) {
    return suspendedTenants.contains(tenant);
  }

  boolean isOverdue(UUID tenant) {
    return overdueTenants.contains(tenant);
  }

  /** Reads one key again. */
  void refresh(UUID id) {
    refreshing.lock();
    try {
      store.find(id).ifPresentOrElse(key -> keys.put(id, key), () -> keys.remove(id));
    } finally {
      refreshing.unlock();
    }
  }

  @Override
  public void start() {
    changes.subscribe("api_keys", id -> refresh(UUID.fromString(id)), this::readAll);
    changes.subscribe("tenants", id -> readSuspended(), this::readSuspended);
    readAll();
    readSuspended();
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

  private void readAll() {
    refreshing.lock();
    try {
      var read = new ConcurrentHashMap<UUID, KnownKey>();
      store.forEach(key -> read.put(key.id(), key));
      keys = read;
    } finally {
      refreshing.unlock();
    }
  }

  /** All of them at every change of a tenant: few are suspended, and tenants seldom change. */
  private void readSuspended() {
    refreshing.lock();
    try {
      suspendedTenants = store.suspendedTenants();
      overdueTenants = store.overdueTenants();
    } finally {
      refreshing.unlock();
    }
  }
}
