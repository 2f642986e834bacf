package dev.tollgate.gateway.routing;

import dev.tollgate.inference.protocol.DescribeReply;
import dev.tollgate.inference.protocol.DescribeRequest;
import dev.tollgate.inference.protocol.InferenceGrpc;
import dev.tollgate.inference.protocol.Statistics;
import dev.tollgate.inference.protocol.WatchRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows one backend on a thread of its own: asks what it is, then listens to its health and its statistics. The moment
 * the statistics break off it counts as down, and as up again when it has described itself anew and reports.
 */
final class BackendWatch implements AutoCloseable {

  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration LAST_RETRY = Duration.ofSeconds(1);

  private final Backend backend;
  private final ManagedChannel channel;
  private final Thread thread;
  private boolean wasUp;
  private volatile boolean closed;

  BackendWatch(Backend backend, ManagedChannel channel) {
    this.backend = backend;
    this.channel = channel;
    this.thread = Thread.ofVirtual().name("backend-watch-" + backend.address()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    Duration retry = FIRST_RETRY;
    while (!closed) {
      try (var health = new Health()) {
        DescribeReply description = InferenceGrpc.newBlockingStub(channel).withWaitForReady()
            .withDeadlineAfter(5, TimeUnit.SECONDS).describe(DescribeRequest.getDefaultInstance());
        health.begin();
        Iterator<Statistics> reports = InferenceGrpc.newBlockingStub(channel)
            .watch(WatchRequest.getDefaultInstance());
        while (reports.hasNext()) {
          backend.reported(reports.next());
          retry = FIRST_RETRY;
          if (!backend.hasCome() && !closed) {
            backend.came(description.getEngine() + " " + description.getVersion(),
                description.getModelsList(), wasUp);
            wasUp = true;
          }
        }
        down("its statistics ended");
      } catch (StatusRuntimeException e) {
        down(e.getStatus().toString());
      }
      retry = pause(retry);
    }
  }

  private void down(String why) {
    if (backend.hasCome() && !closed) {
      backend.went(why);
    }
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
    thread.interrupt();
  }

  /** What the backend says of itself by gRPC's health protocol. One that does not speak it is taken at its reports. */
  private final class Health
      implements
        ClientResponseObserver<HealthCheckRequest, HealthCheckResponse>,
        AutoCloseable {

    private volatile @Nullable ClientCallStreamObserver<HealthCheckRequest> call;

    void begin() {
      HealthGrpc.newStub(channel).watch(HealthCheckRequest.getDefaultInstance(), this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<HealthCheckRequest> begun) {
      call = begun;
    }

    @Override
    public void onNext(HealthCheckResponse answer) {
      backend.serves(answer.getStatus() == ServingStatus.SERVING);
    }

    @Override
    public void onError(Throwable failure) {
      if (Status.fromThrowable(failure).getCode() == Status.Code.UNIMPLEMENTED) {
        backend.serves(true);
      }
    }

    @Override
    public void onCompleted() {
      // The statistics end, too, and they decide.
    }

    @Override
    public void close() {
      ClientCallStreamObserver<HealthCheckRequest> begun = call;
      if (begun != null) {
        begun.cancel("the backend is not followed any more", null);
      }
    }
  }
}
