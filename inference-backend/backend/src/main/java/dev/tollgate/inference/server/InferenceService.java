package dev.tollgate.inference.server;

import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.RequestRefusedException;
import dev.tollgate.inference.protocol.DescribeReply;
import dev.tollgate.inference.protocol.DescribeRequest;
import dev.tollgate.inference.protocol.DetokenizeReply;
import dev.tollgate.inference.protocol.DetokenizeRequest;
import dev.tollgate.inference.protocol.DrainReply;
import dev.tollgate.inference.protocol.DrainRequest;
import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.GenerateRequest;
import dev.tollgate.inference.protocol.InferenceGrpc;
import dev.tollgate.inference.protocol.Statistics;
import dev.tollgate.inference.protocol.TokenizeReply;
import dev.tollgate.inference.protocol.TokenizeRequest;
import dev.tollgate.inference.protocol.WatchRequest;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The protocol's service over the engines of this process. */
final class InferenceService extends InferenceGrpc.InferenceImplBase {

  private static final int DEFAULT_INTERVAL_MILLIS = 1000;
  private static final int SHORTEST_INTERVAL_MILLIS = 20;
  private static final int LONGEST_INTERVAL_MILLIS = 60_000;

  /** How the process stops taking work. */
  interface Draining {
    CompletableFuture<Void> drain(@Nullable Duration deadline);
  }

  private interface Answer<T> {
    T get() throws StatusException, RequestRefusedException;
  }

  private final Models models;
  private final ScheduledExecutorService timer;
  private final Draining draining;

  InferenceService(Models models, ScheduledExecutorService timer, Draining draining) {
    this.models = models;
    this.timer = timer;
    this.draining = draining;
  }

  @Override
  public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateEvent> client) {
    return new GenerateCall(models, (ServerCallStreamObserver<GenerateEvent>) client);
  }

  @Override
  public void tokenize(TokenizeRequest request, StreamObserver<TokenizeReply> client) {
    answer(client, () -> TokenizeReply.newBuilder()
        .addAllIds(
            WireReplies
                .ids(models.find(request.getModel()).tokenize(WireRequests.prompt(request.getPrompt()))))
        .build());
  }

  @Override
  public void detokenize(DetokenizeRequest request, StreamObserver<DetokenizeReply> client) {
    answer(client, () -> DetokenizeReply.newBuilder()
        .setText(models.find(request.getModel()).detokenize(WireRequests.ids(request.getIdsList())))
        .build());
  }

  @Override
  public void describe(DescribeRequest request, StreamObserver<DescribeReply> client) {
    DescribeReply.Builder reply = DescribeReply.newBuilder();
    for (Engine engine : models.all()) {
      reply.setEngine(engine.model().engine()).setVersion(engine.model().version())
          .addModels(WireReplies.model(engine.model()));
    }
    client.onNext(reply.build());
    client.onCompleted();
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<Statistics> client) {
    ServerCallStreamObserver<Statistics> watcher = (ServerCallStreamObserver<Statistics>) client;
    int asked = request.getIntervalMillis();
    int millis = asked == 0
        ? DEFAULT_INTERVAL_MILLIS
        : Math.clamp(Integer.toUnsignedLong(asked), SHORTEST_INTERVAL_MILLIS, LONGEST_INTERVAL_MILLIS);
    Future<?> ticks = timer.scheduleAtFixedRate(() -> report(watcher), 0, millis, TimeUnit.MILLISECONDS);
    watcher.setOnCancelHandler(() -> ticks.cancel(false));
  }

  /** A watcher that does not read misses figures; they do not pile up. */
  private void report(ServerCallStreamObserver<Statistics> watcher) {
    for (Engine engine : models.all()) {
      if (watcher.isReady() && !watcher.isCancelled()) {
        watcher.onNext(WireReplies.statistics(engine.model().name(), engine.statistics(),
            engine.trouble().orElse("")));
      }
    }
  }

  @Override
  public void drain(DrainRequest request, StreamObserver<DrainReply> client) {
    long millis = Integer.toUnsignedLong(request.getDeadlineMillis());
    var _ = draining.drain(millis == 0 ? null : Duration.ofMillis(millis)).thenRun(() -> {
      client.onNext(DrainReply.getDefaultInstance());
      client.onCompleted();
    });
  }

  private static <T> void answer(StreamObserver<T> client, Answer<T> answer) {
    try {
      client.onNext(answer.get());
      client.onCompleted();
    } catch (RequestRefusedException e) {
      client.onError(WireErrors.refused(e.refusal()));
    } catch (StatusException e) {
      client.onError(e);
    }
  }
}
