package dev.tollgate.gateway.pipeline;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Ends the answers that are still under way when the web server has waited for them for its time, before it closes their
 * connections: what they used is settled while there is somebody to settle it, and their clients are told.
 */
@Component
final class Shutdown implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final AtomicInteger underWay = new AtomicInteger();
  private volatile boolean running;
  private volatile boolean come;

  /** Whether answers shall end where they are. */
  boolean hasCome() {
    return come;
  }

  void begun() {
    underWay.incrementAndGet();
  }

  void ended() {
    underWay.decrementAndGet();
  }

  @Override
  public void start() {
    come = false;
    running = true;
  }

  @Override
  public void stop() {
    come = true;
    running = false;
    int interrupted = underWay.get();
    long deadline = System.nanoTime() + LONGEST.toNanos();
    try {
      while (underWay.get() > 0 && System.nanoTime() - deadline < 0) {
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (interrupted > 0) {
      log.warn("{} answers did not end in time and were interrupted", interrupted);
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** After the web server stopped to take requests, before it closes connections. */
  @Override
  public int getPhase() {
    return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE + 512;
  }
}
