package dev.tollgate.billing.simulation;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A task on a thread of its own that runs only while it has the baton: whoever lets it go on stands still until it
 * waits or ends. So code that blocks can be stepped, and of all threads of a simulation exactly one runs at a time.
 */
final class Baton {

  private final Thread thread;
  private volatile boolean going;
  private @Nullable Thread driver;
  private volatile boolean ended;
  private volatile boolean abandoned;
  private @Nullable Throwable failure;

  Baton(Runnable task) {
    thread = Thread.ofVirtual().unstarted(() -> {
      try {
        standStill();
        task.run();
      } catch (Abandoned e) {
        // The machine that ran it is gone.
      } catch (Throwable e) {
        failure = e;
      } finally {
        ended = true;
        handBack();
      }
    });
    thread.start();
  }

  /** Lets the task run until it waits or ends; true if it has ended. */
  boolean goOn() {
    driver = Thread.currentThread();
    going = true;
    LockSupport.unpark(thread);
    while (going) {
      LockSupport.park(this);
    }
    if (failure != null) {
      throw new IllegalStateException("A task failed", failure);
    }
    return ended;
  }

  /** Called by the task itself: stands still until it is let go on. */
  void standStillUntilCalled() {
    handBack();
    standStill();
    if (abandoned) {
      throw new Abandoned();
    }
  }

  /** Ends the task where it stands. */
  void abandon() {
    if (!ended) {
      abandoned = true;
      goOn();
    }
  }

  private void handBack() {
    Thread waiting = driver;
    going = false;
    LockSupport.unpark(waiting);
  }

  private void standStill() {
    while (!going) {
      LockSupport.park(this);
    }
    if (abandoned) {
      throw new Abandoned();
    }
  }

  /** Unwinds a task; no exception, so that the code under test does not take it for a fault. */
  private static final class Abandoned extends Error {

    private static final long serialVersionUID = 1;

    Abandoned() {
      super(null, null, false, false);
    }
  }
}
