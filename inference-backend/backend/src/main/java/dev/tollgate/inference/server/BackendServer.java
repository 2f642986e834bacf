package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.Engine;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC server over the engines, with health. */
final class BackendServer {

  private static final Logger log = LoggerFactory.getLogger(BackendServer.class);
  private static final int MOST_MESSAGE_BYTES = 8 << 20;
  private static final int MOST_METADATA_BYTES = 16 << 10;
  private static final int MOST_CALLS_PER_CONNECTION = 4096;
  /** Some models' tokenizers recurse over long runs of text; only touched pages of a stack take memory. */
  private static final long STACK_BYTES = 64L << 20;
  private static final Duration AFTER_DEADLINE = Duration.ofSeconds(2);

  private final List<Engine> engines;
  private final ScheduledExecutorService timer;
  private final HealthStatusManager health = new HealthStatusManager();
  private final Map<String, String> troubles = new HashMap<>();
  private @Nullable Server server;

  BackendServer(List<Engine> engines, ScheduledExecutorService timer) {
    this.engines = List.copyOf(engines);
    this.timer = timer;
  }

  /** Listens, and answers health checks with SERVING from then on. Returns the port. */
  int start(String host, int port) throws IOException {
    ExecutorService calls = Executors.newFixedThreadPool(
        Math.max(2, Runtime.getRuntime().availableProcessors()),
        task -> {
          Thread thread = new Thread(null, task, "call", STACK_BYTES);
          thread.setDaemon(true);
          return thread;
        });
    Server started = NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
        .executor(calls)
        .maxInboundMessageSize(MOST_MESSAGE_BYTES)
        .maxInboundMetadataSize(MOST_METADATA_BYTES)
        .maxConcurrentCallsPerConnection(MOST_CALLS_PER_CONNECTION)
        .permitKeepAliveTime(5, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .addService(new InferenceService(new Models(engines), timer, this::drain))
        .addService(health.getHealthService())
        .build()
        .start();
    server = started;
    reportHealth();
    return started.getPort();
  }

  /** Tells health checks whether every engine can serve right now, and the log why one cannot. */
  void reportHealth() {
    engines.forEach(this::logTrouble);
    ServingStatus status = engines.stream().allMatch(Engine::serving) ? ServingStatus.SERVING
        : ServingStatus.NOT_SERVING;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    health.setStatus("tollgate.inference.v1.Inference", status);
  }

  private void logTrouble(Engine engine) {
    String name = engine.model().name();
    String trouble = engine.trouble().orElse("");
    String before = Objects.requireNonNullElse(troubles.put(name, trouble), "");
    if (!trouble.equals(before)) {
      if (trouble.isEmpty()) {
        log.info("model {} can generate again", name);
      } else {
        log.error("model {} cannot generate: {}", name, trouble);
      }
    }
  }

  /** Waits until the server has stopped listening. */
  void awaitEnd() throws InterruptedException {
    if (server != null) {
      server.awaitTermination();
    }
  }

  /** Takes no new work from now on; completes when nothing runs any more. */
  CompletableFuture<Void> drain(@Nullable Duration deadline) {
    health.enterTerminalState();
    return CompletableFuture
        .allOf(engines.stream().map(engine -> engine.drain(deadline)).toArray(CompletableFuture[]::new));
  }

  /** Drains, then stops listening and frees the engines. */
  void end(Duration limit) {
    try {
      drain(limit).get(limit.plus(AFTER_DEADLINE).toMillis(), TimeUnit.MILLISECONDS);
      if (server != null && !server.shutdown().awaitTermination(1, TimeUnit.SECONDS)) {
        boolean _ = server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      log.warn("the drain did not come to its end: {}", e.toString());
    }
  }
}
