package dev.tollgate.billing.simulation;

import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.simulation.Schedule.Task;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One life of a machine: its clocks, of which neither is right, and what it runs. It may stand still for a while
 * without noticing, and it may end at any moment.
 */
final class Machine implements Scheduling {

  private static final long MILLION = 1_000_000;
  /** Waits may last longer than asked for, and a writer that looks at an empty queue often only costs time. */
  private static final long LONGER = 5;

  private final Schedule schedule;
  private final Instant origin;
  private final long wallOffsetNanos;
  private final long driftPerMillion;
  private final Set<Task> tasks = new LinkedHashSet<>();
  private long pausedUntil;
  private boolean gone;
  private long goneAt;

  Machine(Schedule schedule, Instant origin, long wallOffsetNanos, long driftPerMillion) {
    this.schedule = schedule;
    this.origin = origin;
    this.wallOffsetNanos = wallOffsetNanos;
    this.driftPerMillion = driftPerMillion;
  }

  boolean isGone() {
    return gone;
  }

  long goneAt() {
    return goneAt;
  }

  long pausedUntil() {
    return pausedUntil;
  }

  void pauseUntil(long instant) {
    pausedUntil = Math.max(pausedUntil, instant);
  }

  /** Ends everything that runs here, at once. */
  void end() {
    gone = true;
    goneAt = schedule.now();
    schedule.abandon(this);
  }

  void began(Task task) {
    tasks.add(task);
  }

  void ended(Task task) {
    tasks.remove(task);
  }

  List<Task> tasks() {
    return List.copyOf(tasks);
  }

  Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Instant instant() {
        return origin.plusNanos(Math.addExact(schedule.now(), wallOffsetNanos));
      }
    };
  }

  @Override
  public long nanos() {
    return schedule.now() + schedule.now() / MILLION * driftPerMillion;
  }

  @Override
  public void start(Runnable task) {
    if (!gone) {
      schedule.start(0, this, task);
    }
  }

  @Override
  public CompletableFuture<Void> startThread(String name, Runnable task) {
    var ended = new CompletableFuture<Void>();
    start(() -> {
      task.run();
      ended.complete(null);
    });
    return ended;
  }

  @Override
  public Timer every(String name, Duration pause, Runnable task) {
    var timer = new Repeating(pause.toNanos(), task);
    schedule.start(pause.toNanos(), this, timer::run);
    return timer;
  }

  @Override
  public void pause(Duration time) {
    schedule.pause(time.toNanos());
  }

  @Override
  public boolean await(CompletableFuture<?> event, long atMostNanos) {
    return schedule.await(event::isDone, atMostNanos);
  }

  @Override
  public void limit(CompletableFuture<?> event, Duration time) {
    schedule.after(time.toNanos(), this, () -> event.completeExceptionally(new TimeoutException()));
  }

  @Override
  public <T> @Nullable T take(BlockingQueue<T> queue, Duration atMost) {
    schedule.await(() -> !queue.isEmpty(), Math.multiplyExact(atMost.toNanos(), LONGER));
    return queue.poll();
  }

  /** A timer that waits for a run under way when it is stopped, as a lock would make it wait. */
  private final class Repeating implements Timer {

    private final long pauseNanos;
    private final Runnable task;
    private boolean running;
    private boolean stopped;

    Repeating(long pauseNanos, Runnable task) {
      this.pauseNanos = pauseNanos;
      this.task = task;
    }

    void run() {
      if (!stopped) {
        running = true;
        task.run();
        running = false;
        schedule.start(pauseNanos, Machine.this, this::run);
      }
    }

    @Override
    public void stop() {
      stopped = true;
      schedule.await(() -> !running, Long.MAX_VALUE / 4);
    }
  }
}
