package dev.tollgate.gateway.routing;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Backends and pools in figures. What breakers, bulkheads, retries and time limits tell stands beside them. */
@Component
public final class RoutingMeters {

  private final MeterRegistry registry;
  private final Map<String, List<Gauge>> byBackend = new ConcurrentHashMap<>();
  private final Timer interruptions;

  RoutingMeters(MeterRegistry registry) {
    this.registry = registry;
    this.interruptions = Timer.builder("tollgate.answers.resumed")
        .description("Answers that went on at another backend, and how long they stood still")
        .register(registry);
  }

  void follow(Backend backend) {
    List<Gauge> gauges = new ArrayList<>();
    Tags tags = Tags.of("backend", backend.address());
    gauges.add(Gauge.builder("tollgate.backend.up", backend, each -> each.isUp() ? 1 : 0).tags(tags)
        .description("1 if it takes requests").register(registry));
    gauges.add(Gauge.builder("tollgate.backend.running", backend, Backend::running).tags(tags)
        .description("Answers of this gateway that run on it").register(registry));
    gauges.add(Gauge.builder("tollgate.backend.load", backend, Backend::load).tags(tags).baseUnit("tokens")
        .description("What it is thought to have before it").register(registry));
    byBackend.put(backend.address(), gauges);
  }

  void forget(Backend backend) {
    byBackend.getOrDefault(backend.address(), List.of()).forEach(registry::remove);
    byBackend.remove(backend.address());
  }

  void follow(Pool pool) {
    Gauge.builder("tollgate.pool.waiting", pool, Pool::waiting).tags("model", pool.model())
        .description("Requests that wait for a place").register(registry);
  }

  /** An answer goes on elsewhere after so long. */
  public void resumed(Duration stoodStill) {
    interruptions.record(stoodStill);
  }
}
