package dev.tollgate.gateway.routing;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.springframework.stereotype.Component;

/** Makes the guards of backends, as {@code resilience4j.*.configs.backend} has it; they show in the metrics. */
@Component
final class Guards {

  private static final String CONFIGURATION = "backend";

  private final CircuitBreakerRegistry breakers;
  private final BulkheadRegistry bulkheads;

  Guards(CircuitBreakerRegistry breakers, BulkheadRegistry bulkheads) {
    this.breakers = breakers;
    this.bulkheads = bulkheads;
  }

  Guard of(String address) {
    return new Guard(breakers.circuitBreaker(address, CONFIGURATION),
        bulkheads.bulkhead(address, CONFIGURATION));
  }

  /** Forgets a backend, whose failures shall not count against one that gets its address later. */
  void forget(String address) {
    breakers.remove(address);
    bulkheads.remove(address);
  }
}
