package dev.tollgate.testing;

import dev.tollgate.inference.protocol.DescribeReply;
import dev.tollgate.inference.protocol.DescribeRequest;
import dev.tollgate.inference.protocol.DrainReply;
import dev.tollgate.inference.protocol.DrainRequest;
import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.GenerateRequest;
import dev.tollgate.inference.protocol.InferenceGrpc;
import dev.tollgate.inference.protocol.Model;
import dev.tollgate.inference.protocol.Start;
import dev.tollgate.inference.protocol.Statistics;
import dev.tollgate.inference.protocol.WatchRequest;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend whose answers are known beforehand, over the real protocol. What it does stands in the prompt itself; see
 * {@link StandInScript}. One token is one word, so counts can be told by looking.
 */
public final class StandInBackend implements AutoCloseable {

  public static final String MODEL = "stand-in";
  public static final int CONTEXT_LENGTH = 100_000;
  private static final int SLOTS = 1024;
  private static final long DRAIN_LOOK_MILLIS = 20;

  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final String model;
  private final int slots;
  private final Witness witness;
  private final Server server;
  private final HealthStatusManager health = new HealthStatusManager();
  private volatile boolean draining;
  private volatile String trouble = "";

  /** Learns what became of each sequence. */
  @FunctionalInterface
  public interface Witness {

    /**
     * A sequence is over: finished, failed or cancelled. Must be quick.
     *
     * @param start what was asked for
     * @param outputTokens how many were sent
     */
    void ended(Start start, int outputTokens);
  }

  private StandInBackend(int port, String model, int slots, Witness witness) {
    this.model = model;
    this.slots = slots;
    this.witness = witness;
    try {
      this.server = NettyServerBuilder
          .forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).directExecutor()
          .addService(new Service()).addService(health.getHealthService()).build().start();
    } catch (IOException e) {
      clock.shutdownNow();
      throw new UncheckedIOException("The stand-in backend did not start", e);
    }
  }

  /** Starts one on a free port of the loopback interface. */
  public static StandInBackend start() {
    return start(0);
  }

  public static StandInBackend start(int port) {
    return start(port, (start, outputTokens) -> {});
  }

  public static StandInBackend start(int port, Witness witness) {
    return new StandInBackend(port, MODEL, SLOTS, witness);
  }

  /** Starts one on a free port that says how many sequences it generates side by side; it does not keep to that. */
  public static StandInBackend withSlots(int slots) {
    return new StandInBackend(0, MODEL, slots, (start, outputTokens) -> {});
  }

  /** Starts one on a free port that serves a model of another name. */
  public static StandInBackend serving(String model) {
    return new StandInBackend(0, model, SLOTS, (start, outputTokens) -> {});
  }

  public String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** Sequences under way now. */
  public int running() {
    return running.get();
  }

  /** Sequences that their caller cancelled, in all. */
  public int cancelled() {
    return cancelled.get();
  }

  /** From now on it cannot generate, for a reason in its own words, and says so; it goes on with what it has. */
  public void fallIntoTrouble(String why) {
    trouble = why;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
  }

  /** It can generate again. */
  public void recover() {
    trouble = "";
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
  }

  /** Stops at once; what runs breaks off, as when the process dies. */
  @Override
  public void close() {
    clock.shutdownNow();
    server.shutdownNow();
  }

  private void after(Runnable task, long delayMillis) {
    var _ = clock.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
  }

  private final class Service extends InferenceGrpc.InferenceImplBase {

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeReply> reply) {
      reply.onNext(DescribeReply.newBuilder().setEngine("stand-in").setVersion("1")
          .addModels(
              Model.newBuilder().setName(model).setContextLength(CONTEXT_LENGTH).setParallelSequences(slots))
          .build());
      reply.onCompleted();
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<Statistics> reply) {
      var watcher = (ServerCallStreamObserver<Statistics>) reply;
      Future<?> reports = clock.scheduleAtFixedRate(() -> report(watcher), 0, 1, TimeUnit.SECONDS);
      watcher.setOnCancelHandler(() -> reports.cancel(false));
    }

    private void report(ServerCallStreamObserver<Statistics> watcher) {
      if (!watcher.isCancelled()) {
        watcher.onNext(
            Statistics.newBuilder().setModel(model).setSlots(slots).setRunning(running.get())
                .setDraining(draining).setTrouble(trouble).build());
      }
    }

    /** Says that it drains, and answers once nothing runs; it refuses nothing. */
    @Override
    public void drain(DrainRequest request, StreamObserver<DrainReply> reply) {
      draining = true;
      if (running.get() == 0) {
        reply.onNext(DrainReply.getDefaultInstance());
        reply.onCompleted();
      } else if (!((ServerCallStreamObserver<DrainReply>) reply).isCancelled()) {
        after(() -> drain(request, reply), DRAIN_LOOK_MILLIS);
      }
    }

    @Override
    public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateEvent> events) {
      running.incrementAndGet();
      var call = (ServerCallStreamObserver<GenerateEvent>) events;
      var sequence = new StandInSequence(call, this::ended, StandInBackend.this::after);
      call.setOnCancelHandler(() -> {
        cancelled.incrementAndGet();
        sequence.cancel();
      });
      return sequence;
    }

    private void ended(Start start, int outputTokens) {
      running.decrementAndGet();
      witness.ended(start, outputTokens);
    }
  }
}
