package dev.tollgate.gateway.coordination;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Something that an instance does again and again, from before the web server takes requests until it has drained. */
public final class Upkeep implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final int FIRST_PHASE = -450;

  private final String name;
  private final int order;
  private final Duration every;
  private final Runnable task;
  private final Runnable last;
  private @Nullable ScheduledExecutorService timer;

  /**
   * A task with a thread of its own; a round that fails is logged, and the next one comes.
   *
   * @param order the lower, the earlier it starts and the later it stops
   * @param last what is done once when it stops
   */
  public Upkeep(String name, int order, Duration every, Runnable task, Runnable last) {
    this.name = name;
    this.order = order;
    this.every = every;
    this.task = task;
    this.last = last;
  }

  /** Does the first round before it returns. */
  @Override
  public void start() {
    var rounds = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(name).factory());
    round(task);
    var _ = rounds.scheduleWithFixedDelay(() -> round(task), every.toMillis(), every.toMillis(),
        TimeUnit.MILLISECONDS);
    timer = rounds;
  }

  private void round(Runnable what) {
    try {
      what.run();
    } catch (RuntimeException e) {
      log.warn("A round of {} failed: {}", name, e.toString());
    }
  }

  @Override
  public void stop() {
    ScheduledExecutorService rounds = timer;
    timer = null;
    if (rounds != null) {
      rounds.shutdown();
      round(last);
    }
  }

  @Override
  public boolean isRunning() {
    return timer != null;
  }

  @Override
  public int getPhase() {
    return FIRST_PHASE + order;
  }
}
