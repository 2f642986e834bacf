package dev.tollgate.gateway.routing;

import dev.tollgate.inference.protocol.DescribeReply;
import dev.tollgate.inference.protocol.DescribeRequest;
import dev.tollgate.inference.protocol.InferenceGrpc;
import dev.tollgate.inference.protocol.Model;
import dev.tollgate.inference.protocol.Statistics;
import dev.tollgate.inference.protocol.WatchRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backend process as this instance sees it. A thread of its own describes it and then follows its statistics; the
 * moment that stream breaks the backend counts as down, and up again when it has described itself anew.
 */
public final class Backend implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Backend.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration LAST_RETRY = Duration.ofSeconds(1);

  private final String address;
  private final ManagedChannel channel;
  private final Thread watcher;
  private final AtomicInteger running = new AtomicInteger();
  private final Map<String, Statistics> statistics = new ConcurrentHashMap<>();
  private volatile List<Model> models = List.of();
  private volatile boolean up;
  private volatile boolean closed;

  Backend(String address, Runnable onChange) {
    this.address = address;
    // Our listeners never block, so the network's own threads may run them. Plain text: TLS between gateway and
    // backend belongs to the deployment's network until it is configured here.
    this.channel = NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().directExecutor()
        .maxInboundMessageSize(4 << 20).keepAliveTime(30, TimeUnit.SECONDS).build();
    this.watcher = Thread.ofVirtual().name("backend-watcher-" + address).start(() -> watch(onChange));
  }

  public String address() {
    return address;
  }

  public ManagedChannel channel() {
    return channel;
  }

  /** Whether it answered lately and takes new work. */
  public boolean isUp() {
    return up && statistics.values().stream().noneMatch(Statistics::getDraining);
  }

  /** The models it serves, or served before it went down. */
  public List<Model> models() {
    return models;
  }

  /** What it said last of each model; none while it is down. */
  public List<Statistics> statistics() {
    return List.copyOf(statistics.values());
  }

  Optional<Model> model(String name) {
    return models.stream().filter(model -> model.getName().equals(name)).findFirst();
  }

  /** Answers of this instance that run on it now. */
  int running() {
    return running.get();
  }

  /** Counts an answer in until the lease is closed. */
  Route.Lease enter() {
    running.incrementAndGet();
    return () -> running.decrementAndGet();
  }

  private void watch(Runnable onChange) {
    Duration retry = FIRST_RETRY;
    while (!closed) {
      try {
        DescribeReply description = InferenceGrpc.newBlockingStub(channel).withWaitForReady()
            .withDeadlineAfter(5, TimeUnit.SECONDS).describe(DescribeRequest.getDefaultInstance());
        Iterator<Statistics> stream = InferenceGrpc.newBlockingStub(channel)
            .watch(WatchRequest.getDefaultInstance());
        retry = FIRST_RETRY;
        while (stream.hasNext()) {
          Statistics latest = stream.next();
          statistics.put(latest.getModel(), latest);
          comeUp(description, onChange);
        }
        goDown("its statistics ended", onChange);
      } catch (StatusRuntimeException e) {
        goDown(e.getStatus().toString(), onChange);
      }
      retry = pause(retry);
    }
  }

  private void comeUp(DescribeReply description, Runnable onChange) {
    if (up) {
      return;
    }
    models = description.getModelsList();
    up = true;
    log.info("Backend {} is up: {} {}, models {}", address, description.getEngine(), description.getVersion(),
        models.stream().map(Model::getName).toList());
    onChange.run();
  }

  private void goDown(String why, Runnable onChange) {
    if (!up || closed) {
      return;
    }
    up = false;
    statistics.clear();
    log.warn("Backend {} is down: {}", address, why);
    onChange.run();
  }

  private Duration pause(Duration retry) {
    try {
      Thread.sleep(retry);
    } catch (InterruptedException e) {
      // Only close() interrupts, after it has set the flag that ends the loop.
      Thread.currentThread().interrupt();
      closed = true;
    }
    Duration next = retry.multipliedBy(2);
    return next.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : next;
  }

  @Override
  public void close() {
    closed = true;
    up = false;
    channel.shutdownNow();
    watcher.interrupt();
  }
}
