package dev.tollgate.inference.server;

import dev.tollgate.inference.protocol.Chat;
import dev.tollgate.inference.protocol.ChatMessage;
import dev.tollgate.inference.protocol.Finished;
import dev.tollgate.inference.protocol.GenerateEvent;
import dev.tollgate.inference.protocol.GenerateRequest;
import dev.tollgate.inference.protocol.Grant;
import dev.tollgate.inference.protocol.InferenceGrpc;
import dev.tollgate.inference.protocol.Prompt;
import dev.tollgate.inference.protocol.Sampling;
import dev.tollgate.inference.protocol.Start;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One Generate call as a gateway makes it. */
final class Client implements ClientResponseObserver<GenerateRequest, GenerateEvent> {

  private final List<GenerateEvent> events = new ArrayList<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final boolean reads;
  private @Nullable ClientCallStreamObserver<GenerateRequest> call;
  private @Nullable StreamObserver<GenerateRequest> requests;

  private Client(boolean reads) {
    this.reads = reads;
  }

  static Start.Builder user(String text) {
    return Start.newBuilder().setModel("demo")
        .setPrompt(Prompt.newBuilder()
            .setChat(
                Chat.newBuilder().addMessages(ChatMessage.newBuilder().setRole("user").setContent(text))))
        .setSampling(Sampling.newBuilder().setTemperature(0)).setMaxOutputTokens(200);
  }

  static Client open(InferenceGrpc.InferenceStub stub) {
    return open(stub, true);
  }

  /** A client that reads its first two events and then stops reading. */
  static Client openWithoutReading(InferenceGrpc.InferenceStub stub) {
    return open(stub, false);
  }

  private static Client open(InferenceGrpc.InferenceStub stub, boolean reads) {
    Client client = new Client(reads);
    client.requests = stub.generate(client);
    return client;
  }

  static Client ask(InferenceGrpc.InferenceStub stub, Start.Builder start) {
    return open(stub)
        .send(start.setInitialGrant(Grant.newBuilder().setOutputTokens(Integer.MAX_VALUE)));
  }

  Client send(Start.Builder start) {
    return send(GenerateRequest.newBuilder().setStart(start).build());
  }

  Client grant(int tokens, boolean last) {
    return send(
        GenerateRequest.newBuilder().setGrant(Grant.newBuilder().setOutputTokens(tokens).setLast(last))
            .build());
  }

  Client send(GenerateRequest request) {
    StreamObserver<GenerateRequest> open = requests;
    if (open != null) {
      open.onNext(request);
    }
    return this;
  }

  void cancel() {
    if (call != null) {
      call.cancel("the caller has gone", null);
    }
  }

  /** Waits for the end; throws what the call failed with. */
  Finished finished() {
    end.orTimeout(60, TimeUnit.SECONDS).join();
    return events().getLast().getFinished();
  }

  synchronized List<GenerateEvent> events() {
    return List.copyOf(events);
  }

  int tokens() {
    return events().stream().mapToInt(event -> event.getTokens().getIdsCount()).sum();
  }

  String text() {
    StringBuilder text = new StringBuilder();
    events().forEach(event -> text.append(event.getTokens().getText()));
    return text.toString();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<GenerateRequest> stream) {
    call = stream;
    if (!reads) {
      stream.disableAutoRequestWithInitial(2);
    }
  }

  @Override
  public synchronized void onNext(GenerateEvent event) {
    events.add(event);
  }

  @Override
  public void onError(Throwable cause) {
    end.completeExceptionally(cause);
  }

  @Override
  public void onCompleted() {
    end.complete(null);
  }
}
