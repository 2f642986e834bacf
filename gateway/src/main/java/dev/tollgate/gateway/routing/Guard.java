package dev.tollgate.gateway.routing;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.concurrent.TimeUnit;

/** What keeps requests from one backend: a bulkhead for as many as it may have, a breaker while it keeps failing. */
final class Guard {

  private final CircuitBreaker breaker;
  private final Bulkhead bulkhead;

  Guard(CircuitBreaker breaker, Bulkhead bulkhead) {
    this.breaker = breaker;
    this.bulkhead = bulkhead;
  }

  /** Sets how many answers the backend may have at once. */
  void places(int places) {
    if (bulkhead.getBulkheadConfig().getMaxConcurrentCalls() != places) {
      bulkhead.changeConfig(
          BulkheadConfig.from(bulkhead.getBulkheadConfig()).maxConcurrentCalls(places).build());
    }
  }

  int places() {
    return bulkhead.getBulkheadConfig().getMaxConcurrentCalls();
  }

  int free() {
    return bulkhead.getMetrics().getAvailableConcurrentCalls();
  }

  boolean isClosed() {
    CircuitBreaker.State state = breaker.getState();
    return state != CircuitBreaker.State.OPEN && state != CircuitBreaker.State.FORCED_OPEN;
  }

  /** Takes a place, if there is one. */
  boolean enter() {
    if (!bulkhead.tryAcquirePermission()) {
      return false;
    }
    if (breaker.tryAcquirePermission()) {
      return true;
    }
    bulkhead.releasePermission();
    return false;
  }

  /** Lets an answer in that waits for nobody: it takes a place where there is one. Returns whether it has taken one. */
  boolean enterAnyway() {
    return bulkhead.tryAcquirePermission();
  }

  void leavePlace() {
    bulkhead.onComplete();
  }

  /** The call came to nothing that would tell of the backend. */
  void withdraw() {
    breaker.releasePermission();
  }

  void succeeded(long nanos) {
    breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
  }

  void failed(long nanos, Throwable why) {
    breaker.onError(nanos, TimeUnit.NANOSECONDS, why);
  }
}
