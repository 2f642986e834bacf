package dev.tollgate.tenants.tokens;

import dev.tollgate.db.ChangeFeed;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** All tokens in memory, as the database has them within a second. */
@Component
class TokenDirectory implements SmartLifecycle {

  // After the change feed listens, before the web server takes requests.
  private static final int PHASE = -900;

  private final JdbcTokenStore store;
  private final ChangeFeed changes;
  // Reading and keeping are one step: a slow reader must not put back what a faster one has replaced already.
  private final ReentrantLock refreshing = new ReentrantLock();
  private volatile Map<UUID, KnownToken> tokens = new ConcurrentHashMap<>();
  private volatile boolean running;

  TokenDirectory(JdbcTokenStore store, ChangeFeed changes) {
    this.store = store;
    this.changes = changes;
  }

  @Nullable
  KnownToken find(UUID id) {
    return tokens.get(id);
  }

  /** Reads one token again. */
  void refresh(UUID id) {
    refreshing.lock();
    try {
      store.known(id).ifPresentOrElse(token -> tokens.put(id, token), () -> tokens.remove(id));
    } finally {
      refreshing.unlock();
    }
  }

  @Override
  public void start() {
    changes.subscribe("management_tokens", id -> refresh(UUID.fromString(id)), this::readAll);
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

  private void readAll() {
    refreshing.lock();
    try {
      var read = new ConcurrentHashMap<UUID, KnownToken>();
      store.known().forEach(token -> read.put(token.id(), token));
      tokens = read;
    } finally {
      refreshing.unlock();
    }
  }
}
