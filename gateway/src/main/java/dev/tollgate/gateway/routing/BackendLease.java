package dev.tollgate.gateway.routing;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A place on a backend, its part of what the backend has to do, and in the end the word on how it did. */
final class BackendLease implements Route.Lease {

  private final Backend backend;
  private final Guard guard;
  private final AtomicLong outstanding;
  private final boolean hasPlace;
  private final long enteredAt = System.nanoTime();
  private final AtomicBoolean open = new AtomicBoolean(true);
  private long tokens;
  private boolean judged;

  BackendLease(Backend backend, Guard guard, AtomicLong outstanding, long tokens, boolean hasPlace) {
    this.backend = backend;
    this.guard = guard;
    this.outstanding = outstanding;
    this.tokens = tokens;
    this.hasPlace = hasPlace;
    outstanding.addAndGet(tokens);
  }

  /** Called by the answer's own thread only, as all of a lease is. */
  @Override
  public void promptDone() {
    if (!open.get()) {
      return;
    }
    long left = Math.min(tokens, Backend.EXPECTED_OUTPUT);
    outstanding.addAndGet(left - tokens);
    tokens = left;
    // The breaker hears of it now: an answer may run for minutes, and a backend that has healed need not wait for it.
    if (!judged) {
      judged = true;
      guard.succeeded(System.nanoTime() - enteredAt);
    }
  }

  @Override
  public void fail() {
    if (open.get()) {
      judged = true;
      guard.failed(System.nanoTime() - enteredAt, new BackendFailedException(backend.address()));
      leave();
    }
  }

  @Override
  public void close() {
    if (open.get()) {
      if (!judged && hasPlace) {
        guard.withdraw();
      }
      leave();
    }
  }

  private void leave() {
    if (open.compareAndSet(true, false)) {
      outstanding.addAndGet(-tokens);
      if (hasPlace) {
        guard.leavePlace();
      }
      backend.left();
    }
  }
}
