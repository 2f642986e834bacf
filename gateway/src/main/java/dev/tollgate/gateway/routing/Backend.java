package dev.tollgate.gateway.routing;

import dev.tollgate.gateway.routing.RoutingProperties.Server;
import dev.tollgate.inference.protocol.DrainRequest;
import dev.tollgate.inference.protocol.InferenceGrpc;
import dev.tollgate.inference.protocol.Model;
import dev.tollgate.inference.protocol.Statistics;
import dev.tollgate.tenants.TenantId;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One backend process as this instance sees it: whether it is well, and how much it has to do. */
public final class Backend implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Backend.class);

  /** What an answer is thought to have before it, in tokens; only to compare loads with. */
  static final long EXPECTED_OUTPUT = 512;

  /** Without a report for so long it may hang: others are asked first. It reports every second. */
  private static final Duration FRESH = Duration.ofSeconds(4);

  private static final Duration DRAIN_ANSWERED_WITHIN = Duration.ofSeconds(3);

  /** What hears of a backend's changes. */
  interface Listener {

    /** It came up, went down, or serves other models. */
    void changed(Backend backend);

    /** A place on it became free. */
    void freed(Backend backend);
  }

  private final Server server;
  private final String region;
  private final Guard guard;
  private final WarmUp warmUp;
  private final Listener listener;
  private final ManagedChannel channel;
  private final BackendWatch watch;
  private final long addressHash;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicLong outstanding = new AtomicLong();
  private final Map<String, Statistics> statistics = new HashMap<>();
  private volatile List<Model> models = List.of();
  private volatile boolean up;
  private volatile boolean serving = true;
  private volatile boolean draining;
  private volatile boolean retired;
  private volatile long reportedAt;
  private volatile int slots = 1;
  private volatile long othersTokens;

  Backend(Server server, String ownRegion, Guard guard, Duration warmUp, Listener listener) {
    this.server = server;
    this.region = server.region().isEmpty() ? ownRegion : server.region();
    this.guard = guard;
    this.warmUp = new WarmUp(warmUp);
    this.listener = listener;
    this.addressHash = Chooser.mix(server.address().hashCode());
    // Our listeners never block, so the network's own threads may run them. Plain text: TLS between gateway and
    // backend belongs to the deployment's network until it is configured here.
    this.channel = NettyChannelBuilder.forTarget("dns:///" + server.address()).usePlaintext().directExecutor()
        .maxInboundMessageSize(4 << 20).keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS).build();
    this.watch = new BackendWatch(this, channel);
  }

  /** Begins to follow it. */
  void follow() {
    watch.start();
  }

  public String address() {
    return server.address();
  }

  public ManagedChannel channel() {
    return channel;
  }

  /** Whether it answered lately and takes new work. */
  public boolean isUp() {
    return up && serving && !draining && !retired;
  }

  /** Whether it gets no new requests, because nobody names it any more. */
  boolean isRetired() {
    return retired;
  }

  void retire(boolean noMoreRequests) {
    if (retired != noMoreRequests) {
      retired = noMoreRequests;
      log.info("Backend {} {}", address(), noMoreRequests ? "gets no new requests" : "gets requests again");
    }
  }

  /**
   * Has it take no more work, whoever sends it. What runs goes on until the deadline, and then elsewhere; this does not
   * wait for it: the backend answers when nothing runs any more, but says at once that it drains.
   *
   * @param deadline in whole milliseconds; zero waits for all that runs
   * @throws BackendFailedException if it neither answers nor says that it drains
   */
  public void drain(Duration deadline) {
    try {
      InferenceGrpc.newBlockingStub(channel).withDeadlineAfter(DRAIN_ANSWERED_WITHIN)
          .drain(DrainRequest.newBuilder().setDeadlineMillis(Math.toIntExact(deadline.toMillis())).build());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED && draining) {
        return;
      }
      throw new BackendFailedException(address() + ": " + e.getStatus().getCode());
    }
  }

  /** The models it serves, or served before it went down. */
  public List<Model> models() {
    return models;
  }

  /** What it said last of each model; none while it is down. */
  public List<Statistics> statistics() {
    synchronized (statistics) {
      return List.copyOf(statistics.values());
    }
  }

  /** One of the figures that it said last, over all its models; 0 while it is down. */
  long total(ToLongFunction<Statistics> figure) {
    return statistics().stream().mapToLong(figure).sum();
  }

  @Nullable
  Model model(String name) {
    for (Model model : models) {
      if (model.getName().equals(name)) {
        return model;
      }
    }
    return null;
  }

  boolean isFresh(long now) {
    return now - reportedAt < FRESH.toNanos();
  }

  boolean isIn(String otherRegion) {
    return region.equals(otherRegion);
  }

  boolean isDedicated() {
    return !server.dedicatedTo().isEmpty();
  }

  boolean isOpenTo(TenantId tenant) {
    return !isDedicated() || server.dedicatedTo().contains(tenant.value());
  }

  boolean mayBeCalled() {
    return guard.isClosed();
  }

  /** Whether there is a place for a request of this standing: some are kept for those that go first. */
  boolean hasRoom(Standing standing, int reservedPercent) {
    int kept = standing.priority() > 0 ? 0 : guard.places() * reservedPercent / 100;
    return guard.free() > kept;
  }

  /** Whether another answer would find a slot without anybody's waiting for it. */
  boolean isHalfIdle() {
    return running.get() < slots / 2;
  }

  /** Tokens it is thought to have before it: those of our answers, and about those of other gateways'. */
  long load() {
    return outstanding.get() + othersTokens;
  }

  /** Answers of this instance that run on it. */
  int running() {
    return running.get();
  }

  /** Its weight, which grows from little to all of it while it warms up. */
  double share(long now) {
    return server.weight() * warmUp.share(now);
  }

  long addressHash() {
    return addressHash;
  }

  /** Takes a place for a request; null if there is none any more. */
  @Nullable
  BackendLease enter(Demand demand) {
    boolean hasPlace = demand.running() ? guard.enterAnyway() : guard.enter();
    if (!hasPlace && !demand.running()) {
      return null;
    }
    running.incrementAndGet();
    return new BackendLease(this, guard, outstanding, demand.tokens(), hasPlace);
  }

  void left() {
    running.decrementAndGet();
    listener.freed(this);
  }

  /**
   * It describes and reports: it is up.
   *
   * @param again whether it was up before and went down
   */
  void came(String engine, List<Model> served, boolean again) {
    models = List.copyOf(served);
    warmUp.begin(again);
    up = true;
    log.info("Backend {} is up: {}, models {}", address(), engine,
        served.stream().map(Model::getName).toList());
    listener.changed(this);
  }

  void went(String why) {
    up = false;
    synchronized (statistics) {
      statistics.clear();
    }
    log.warn("Backend {} is down: {}", address(), why);
    listener.changed(this);
  }

  boolean hasCome() {
    return up;
  }

  void reported(Statistics latest) {
    boolean wasDraining = draining;
    synchronized (statistics) {
      Statistics before = statistics.put(latest.getModel(), latest);
      if (!latest.getTrouble().isEmpty() && (before == null || before.getTrouble().isEmpty())) {
        log.warn("Backend {} cannot generate with {}: {}", address(), latest.getModel(), latest.getTrouble());
      }
      slots = Math.max(1, statistics.values().stream().mapToInt(Statistics::getSlots).sum());
      int others = statistics.values().stream().mapToInt(each -> each.getRunning() + each.getWaiting()).sum()
          - running.get();
      othersTokens = Math.max(0, others) * EXPECTED_OUTPUT;
      draining = statistics.values().stream().anyMatch(Statistics::getDraining);
    }
    reportedAt = System.nanoTime();
    // A few more than slots, so that a batch never waits for the network to bring the next one.
    guard.places(server.places() > 0 ? server.places() : slots + Math.max(2, slots / 4));
    if (draining && !wasDraining) {
      log.info("Backend {} is draining", address());
      listener.changed(this);
    }
  }

  /** It says that it can serve, or that it cannot; one that can again begins with little. */
  void serves(boolean serves) {
    if (serving != serves) {
      if (serves && up) {
        warmUp.begin(/* fromCold= */ true);
      }
      serving = serves;
      log.info("Backend {} says that it {}", address(), serves ? "can serve" : "cannot serve");
      listener.changed(this);
    }
  }

  @Override
  public void close() {
    up = false;
    watch.close();
    channel.shutdownNow();
  }
}
