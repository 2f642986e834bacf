package dev.tollgate.gateway.routing;

import dev.tollgate.inference.protocol.Statistics;
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
    gauges
        .add(Gauge.builder("tollgate.backend.troubled", backend, each -> each.total(RoutingMeters::troubled))
            .tags(tags)
            .description("Models that it cannot generate with, as it says; the API and the pages say why")
            .register(registry));
    gauges.add(Gauge.builder("tollgate.backend.running", backend, Backend::running).tags(tags)
        .description("Answers of this gateway that run on it").register(registry));
    gauges.add(Gauge.builder("tollgate.backend.load", backend, Backend::load).tags(tags).baseUnit("tokens")
        .description("What it is thought to have before it").register(registry));
    engine(backend, tags, gauges);
    byBackend.put(backend.address(), gauges);
  }

  /** What the engine says of itself, over all models of a backend; nothing while it is down. */
  private void engine(Backend backend, Tags tags, List<Gauge> gauges) {
    gauges.add(Gauge.builder("tollgate.engine.batch", backend, each -> each.total(Statistics::getRunning))
        .tags(tags).description("Sequences in its batch").register(registry));
    gauges.add(Gauge.builder("tollgate.engine.queue", backend, each -> each.total(Statistics::getWaiting))
        .tags(tags).description("Sequences that wait for a slot").register(registry));
    gauges.add(Gauge.builder("tollgate.engine.paused", backend, each -> each.total(Statistics::getPaused))
        .tags(tags).description("Sequences that wait for a grant or a reader").register(registry));
    gauges.add(Gauge.builder("tollgate.engine.slots", backend, each -> each.total(Statistics::getSlots))
        .tags(tags).description("Sequences that it generates side by side").register(registry));
    gauges.add(Gauge
        .builder("tollgate.engine.outstanding", backend, each -> each.total(Statistics::getOutstandingTokens))
        .tags(tags).baseUnit("tokens").description("What it has still to compute").register(registry));
    gauges.add(
        Gauge.builder("tollgate.engine.kv.used", backend, each -> each.total(Statistics::getKvTokensUsed))
            .tags(tags).baseUnit("tokens").description("What its KV cache holds").register(registry));
    gauges.add(
        Gauge.builder("tollgate.engine.kv.total", backend, each -> each.total(Statistics::getKvTokensTotal))
            .tags(tags).baseUnit("tokens").description("What its KV cache has room for").register(registry));
    gauges.add(Gauge.builder("tollgate.engine.cache.hit.ratio", backend, RoutingMeters::hitRatio).tags(tags)
        .description("Share of prompt tokens that were found in the KV cache").register(registry));
  }

  private static long troubled(Statistics statistics) {
    return statistics.getTrouble().isEmpty() ? 0 : 1;
  }

  private static double hitRatio(Backend backend) {
    return (double) backend.total(Statistics::getCachedPromptTokens)
        / backend.total(Statistics::getPromptTokens);
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
