package dev.tollgate.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.routing.RoutingProperties.Server;
import dev.tollgate.inference.protocol.Statistics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class RoutingMetersTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void whatAnEngineSaysOfItsBatchQueueAndCacheShowsUntilItGoesDown() {
    var meters = new RoutingMeters(registry);
    Backend backend = TestBackends.up(Server.at("127.0.0.1:3"), 8);
    meters.follow(backend);
    backend.reported(Statistics.newBuilder().setModel(TestBackends.MODEL).setSlots(8).setRunning(6)
        .setWaiting(3)
        .setPaused(1).setOutstandingTokens(900).setKvTokensUsed(64).setKvTokensTotal(256).setPromptTokens(400)
        .setCachedPromptTokens(100).build());
    assertThat(gauge("batch")).isEqualTo(6);
    assertThat(gauge("queue")).isEqualTo(3);
    assertThat(gauge("paused")).isEqualTo(1);
    assertThat(gauge("slots")).isEqualTo(8);
    assertThat(gauge("outstanding")).isEqualTo(900);
    assertThat(gauge("kv.used")).isEqualTo(64);
    assertThat(gauge("kv.total")).isEqualTo(256);
    assertThat(gauge("cache.hit.ratio")).isEqualTo(0.25);
    backend.went("test");
    assertThat(gauge("batch")).isZero();
    assertThat(gauge("cache.hit.ratio")).isNaN();
    meters.forget(backend);
    assertThat(registry.getMeters()).noneMatch(meter -> meter.getId().getTag("backend") != null);
    backend.close();
  }

  private double gauge(String name) {
    return registry.get("tollgate.engine." + name).gauge().value();
  }
}
