package dev.tollgate.gateway.routing;

import dev.tollgate.gateway.routing.RoutingProperties.Server;
import dev.tollgate.inference.protocol.Model;
import dev.tollgate.inference.protocol.Statistics;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.List;

/** Backends that nobody ever reaches, told by the test what they would have said. */
final class TestBackends {

  static final String MODEL = "m";
  private static final Backend UNREACHABLE = at(Server.at("127.0.0.1:1"), Duration.ZERO);

  private TestBackends() {}

  static Backend unreachable() {
    return UNREACHABLE;
  }

  static Backend at(Server server, Duration warmUp) {
    return at(server, warmUp, CircuitBreaker.of(server.address(), CircuitBreakerConfig.ofDefaults()));
  }

  private static Backend at(Server server, Duration warmUp, CircuitBreaker breaker) {
    var guard = new Guard(breaker,
        Bulkhead.of(server.address(), BulkheadConfig.custom().maxWaitDuration(Duration.ZERO).build()));
    return new Backend(server, "here", guard, warmUp, new Backend.Listener() {
      @Override
      public void changed(Backend backend) {
        // The test asks the backend itself.
      }

      @Override
      public void freed(Backend backend) {
        // The test asks the backend itself.
      }
    });
  }

  /** One that is up, with so many slots. */
  static Backend up(Server server, int slots) {
    return up(server, slots, CircuitBreaker.of(server.address(), CircuitBreakerConfig.ofDefaults()));
  }

  /** The same behind a breaker of the test's. */
  static Backend up(Server server, int slots, CircuitBreaker breaker) {
    Backend backend = at(server, Duration.ofSeconds(30), breaker);
    report(backend, slots, 0);
    backend.came("test", List.of(Model.newBuilder().setName(MODEL).build()), false);
    return backend;
  }

  /** Has a backend report how many answers run on it, this gateway's included. */
  static void report(Backend backend, int slots, int running) {
    backend.reported(Statistics.newBuilder().setModel(MODEL).setSlots(slots).setRunning(running).build());
  }
}
