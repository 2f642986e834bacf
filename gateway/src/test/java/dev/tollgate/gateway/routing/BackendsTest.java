package dev.tollgate.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.routing.RoutingProperties.Queue;
import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.GenerateRequest;
import dev.tollgate.inference.protocol.InferenceGrpc;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.testing.StandInBackend;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Backends that come and go, over the real protocol. */
class BackendsTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final StreamObserver<GenerateEvent> IGNORED = new StreamObserver<>() {

    @Override
    public void onNext(GenerateEvent event) {}

    @Override
    public void onError(Throwable problem) {}

    @Override
    public void onCompleted() {}
  };

  private final StandInBackend first = StandInBackend.serving("one");
  private final StandInBackend second = StandInBackend.serving("one");
  private final Backends backends = new Backends(
      new RoutingProperties(List.of(), List.of(), "here", List.of(), List.of(), Map.of(), true, 0,
          Duration.ZERO,
          new Queue(1, 1, Duration.ofSeconds(1))),
      new Guards(CircuitBreakerRegistry.of(Map.of("backend", CircuitBreakerConfig.ofDefaults())),
          BulkheadRegistry.of(Map.of("backend", BulkheadConfig.ofDefaults()))),
      new RoutingMeters(new SimpleMeterRegistry()));

  @AfterEach
  void close() {
    backends.destroy();
    first.close();
    second.close();
  }

  private void follow(StandInBackend backend) {
    int up = backends.countUp();
    backends.add(backend.address());
    await().atMost(SOON).until(() -> backends.countUp() == up + 1);
  }

  private Route route(String model) {
    return backends.routeNow(
        new Demand(model, new TenantId(new UUID(0, 1)), Standing.USUAL, 0, 100, Set.of(), false));
  }

  private Route.Found found(String model) {
    return (Route.Found) route(model);
  }

  private List<String> known() {
    return backends.all().stream().map(Backend::address).toList();
  }

  @Test
  void oneThatIsBusyDrainsWithoutMakingTheCallerWaitForItsEnd() {
    follow(first);
    Backend backend = backends.all().getFirst();
    StreamObserver<GenerateRequest> running = InferenceGrpc.newStub(backend.channel()).generate(IGNORED);
    await().atMost(SOON).until(() -> first.running() == 1);
    backend.drain(Duration.ZERO);
    assertThat(first.running()).isEqualTo(1);
    assertThat(backend.isUp()).isFalse();
    running.onError(Status.CANCELLED.asException());
  }

  @Test
  void oneThatIsGoneCannotBeDrained() {
    follow(first);
    Backend backend = backends.all().getFirst();
    first.close();
    assertThatThrownBy(() -> backend.drain(Duration.ZERO)).isInstanceOf(BackendFailedException.class)
        .hasMessageContaining(backend.address());
  }

  @Test
  void oneThatIsRetiredEndsWhatItHasAndGetsNothingNew() {
    follow(first);
    Route.Found running = found("one");
    follow(second);
    backends.retire(first.address());
    for (int i = 0; i < 10; i++) {
      Route.Found next = found("one");
      assertThat(next.backend().address()).isEqualTo(second.address());
      next.lease().close();
    }
    assertThat(known()).contains(first.address());
    assertThat(running.backend().channel().isShutdown()).isFalse();
    running.lease().close();
    assertThat(known()).containsExactly(second.address());
    assertThat(running.backend().channel().isShutdown()).isTrue();
  }

  @Test
  void oneThatIsNamedAgainBeforeItHasEndedWorksOn() {
    follow(first);
    Route.Found running = found("one");
    backends.retire(first.address());
    assertThat(route("one")).isInstanceOf(Route.NoBackend.class);
    backends.add(first.address());
    Route.Found next = found("one");
    assertThat(next.backend()).isSameAs(running.backend());
    running.lease().close();
    next.lease().close();
    assertThat(known()).containsExactly(first.address());
  }

  @Test
  void oneModelsBackendsMayBeAwayAndOthersAreServed() {
    follow(first);
    try (var other = StandInBackend.serving("two")) {
      follow(other);
      assertThat(found("two").backend().address()).isEqualTo(other.address());
    }
    await().atMost(SOON).until(() -> backends.countUp() == 1);
    assertThat(route("two")).isInstanceOf(Route.NoBackend.class);
    assertThat(route("three")).isInstanceOf(Route.UnknownModel.class);
    assertThat(found("one").backend().address()).isEqualTo(first.address());
  }
}
