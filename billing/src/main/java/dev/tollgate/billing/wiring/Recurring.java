package dev.tollgate.billing.wiring;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** What billing does again and again on a thread of its own, as long as the application runs. */
abstract class Recurring implements SmartLifecycle {

  private final Logger log = LoggerFactory.getLogger(getClass());
  private final String thread;
  private @Nullable ScheduledThreadPoolExecutor timer;

  Recurring(String thread) {
    this.thread = thread;
  }

  /** Says what to do by calling {@link #every}; nothing, where it is switched off. */
  abstract void schedule();

  /**
   * Has something done, each time a pause after it was done last.
   *
   * @param ifItFails for the log; it is done again all the same
   */
  final void every(Duration pause, Runnable task, String ifItFails) {
    var _ = Objects.requireNonNull(timer).scheduleWithFixedDelay(() -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error(ifItFails, e);
      }
    }, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void start() {
    timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(thread).factory());
    schedule();
  }

  @Override
  public void stop() {
    ScheduledThreadPoolExecutor running = timer;
    if (running != null) {
      running.shutdownNow();
      timer = null;
    }
  }

  @Override
  public boolean isRunning() {
    return timer != null;
  }

  @Override
  public int getPhase() {
    return BillingLifecycle.PHASE + 1;
  }
}
