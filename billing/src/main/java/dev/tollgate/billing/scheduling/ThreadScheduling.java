package dev.tollgate.billing.scheduling;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of this machine: virtual ones for short tasks, a daemon for each lasting one and each timer. */
final class ThreadScheduling implements Scheduling {

  private static final Logger log = LoggerFactory.getLogger(ThreadScheduling.class);

  private final ThreadFactory threads = Thread.ofVirtual().name("billing-", 0).factory();
  private final LongSupplier nanos;

  ThreadScheduling(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public long nanos() {
    return nanos.getAsLong();
  }

  @Override
  public void start(Runnable task) {
    threads.newThread(task).start();
  }

  @Override
  public CompletableFuture<Void> startThread(String name, Runnable task) {
    var ended = new CompletableFuture<Void>();
    Thread.ofPlatform().daemon().name(name).start(() -> {
      try {
        task.run();
      } finally {
        ended.complete(null);
      }
    });
    return ended;
  }

  @Override
  public Timer every(String name, Duration pause, Runnable task) {
    var timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(name).factory());
    var _ = timer.scheduleWithFixedDelay(() -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("{} failed and goes on", name, e);
      }
    }, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    return timer::shutdown;
  }

  @Override
  public void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean await(CompletableFuture<?> event, long atMostNanos) {
    try {
      event.get(Math.max(0, atMostNanos), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void limit(CompletableFuture<?> event, Duration time) {
    event.orTimeout(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public <T> @Nullable T take(BlockingQueue<T> queue, Duration atMost) {
    try {
      return queue.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
