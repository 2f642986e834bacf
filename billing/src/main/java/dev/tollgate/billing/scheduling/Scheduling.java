package dev.tollgate.billing.scheduling;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads, timers and waits of the code that moves money. That code starts and awaits things through here alone, so
 * that a simulation can run it on a virtual schedule, one step at a time and always in the same order.
 */
public interface Scheduling {

  /**
   * Real threads and real waits.
   *
   * @param nanos a monotonic clock
   */
  static Scheduling onThreads(LongSupplier nanos) {
    return new ThreadScheduling(nanos);
  }

  /** A monotonic clock, in nanoseconds from an arbitrary origin. */
  long nanos();

  /** Runs a short task beside the caller, which may block. */
  void start(Runnable task);

  /** Runs a task that lasts on a thread of its own; what is returned completes when it ends. */
  CompletableFuture<Void> startThread(String name, Runnable task);

  /** Runs a task again and again, each time a pause after the last run ended; a run that fails is logged. */
  Timer every(String name, Duration pause, Runnable task);

  void pause(Duration time);

  /** Waits until an event is complete, in whatever way, and says whether it is; false after the given time. */
  boolean await(CompletableFuture<?> event, long atMostNanos);

  /** Fails an event with a {@link java.util.concurrent.TimeoutException} unless it is complete in time. */
  void limit(CompletableFuture<?> event, Duration time);

  /** Takes the first of a queue, waiting for one if there is none; null after the given time. */
  <T> @Nullable T take(BlockingQueue<T> queue, Duration atMost);

  /** Something that runs again and again. */
  interface Timer {

    /** Starts no further run. */
    void stop();
  }
}
