package dev.tollgate.inference.engine.relay;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that works off events in their order and looks at the clock now and then. */
final class EventLoop implements Runnable {

  /** What the loop belongs to. All methods are called on its thread. */
  interface Work {

    /** Some time has passed. */
    void tick(long nowNanos);

    /** The events that were there are worked off. */
    void settle();

    /** Nothing goes on any more; events that come after this are worked off all the same. */
    void end();
  }

  private static final Logger log = LoggerFactory.getLogger(EventLoop.class);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final LinkedBlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
  private final Work work;
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean broken;
  private volatile boolean stopped;

  EventLoop(String name, Work work) {
    this.work = work;
    this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this);
  }

  void start() {
    thread.start();
  }

  void post(Runnable event) {
    events.add(event);
    // Nobody else would take it any more.
    if (stopped && events.remove(event)) {
      event.run();
    }
  }

  boolean goesOn() {
    return !closing && !broken;
  }

  boolean broken() {
    return broken;
  }

  /** Stops and waits for the thread to end. */
  void close() {
    closing = true;
    post(() -> {});
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    long ticked = System.nanoTime();
    try {
      while (!closing) {
        Runnable event = events.poll(TICK_NANOS, TimeUnit.NANOSECONDS);
        while (event != null) {
          event.run();
          event = events.poll();
        }
        long now = System.nanoTime();
        if (now - ticked >= TICK_NANOS) {
          ticked = now;
          work.tick(now);
        }
        work.settle();
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      broken = true;
      log.error("the engine has broken", e);
    }
    work.end();
    stopped = true;
    Runnable late = events.poll();
    while (late != null) {
      late.run();
      late = events.poll();
    }
  }
}
