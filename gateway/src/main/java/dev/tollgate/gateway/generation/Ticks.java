package dev.tollgate.gateway.generation;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Reminds every running answer, a few times a second, that time goes by. One thread for all of them: a wait with a time
 * limit of its own for every event costs a virtual thread several times what the event does.
 */
@Component
public final class Ticks implements DisposableBean {

  /** How long an answer may wait without looking up. */
  public static final Duration INTERVAL = Duration.ofMillis(50);

  private final Set<Generation> listeners = ConcurrentHashMap.newKeySet();
  private final Thread thread = Thread.ofVirtual().name("ticks").unstarted(this::run);

  Ticks() {
    thread.start();
  }

  void add(Generation generation) {
    listeners.add(generation);
  }

  void remove(Generation generation) {
    listeners.remove(generation);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        listeners.forEach(Generation::tick);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void destroy() {
    thread.interrupt();
  }
}
