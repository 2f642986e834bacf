package dev.tollgate.inference.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.inference.engine.cpu.CpuEngine;
import dev.tollgate.inference.engine.cpu.CpuSettings;
import dev.tollgate.inference.engine.cpu.LlamaLibrary;
import dev.tollgate.inference.protocol.DescribeRequest;
import dev.tollgate.inference.protocol.DetokenizeRequest;
import dev.tollgate.inference.protocol.DrainRequest;
import dev.tollgate.inference.protocol.FinishReason;
import dev.tollgate.inference.protocol.GenerateEvent.EventCase;
import dev.tollgate.inference.protocol.InferenceGrpc;
import dev.tollgate.inference.protocol.Prompt;
import dev.tollgate.inference.protocol.Statistics;
import dev.tollgate.inference.protocol.TokenIds;
import dev.tollgate.inference.protocol.TokenizeRequest;
import dev.tollgate.inference.protocol.WatchRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InferenceServiceTest {

  private static final Path DEMO = Path.of(System.getProperty("tollgate.demo-model", "../demo-model"));
  private static final LlamaLibrary LIBRARY = LlamaLibrary
      .open(Path.of(System.getProperty("tollgate.native", "target/dist/native")));
  private static final String FRANCE = "What is the capital of France?";
  private static final String STORY = "Tell me a story about a cat.";

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final CpuEngine engine = CpuEngine.start(LIBRARY, "demo", DEMO.resolve("tollgate-demo-q8_0.gguf"),
      new CpuSettings(2, 0, 512, 128, 0, 0, 4, Duration.ofSeconds(20), Duration.ofSeconds(1), null, true));
  private final BackendServer server = new BackendServer(List.of(engine), timer);
  private final ManagedChannel channel = channel();
  private final InferenceGrpc.InferenceStub stub = InferenceGrpc.newStub(channel);
  private final InferenceGrpc.InferenceBlockingV2Stub calls = InferenceGrpc.newBlockingV2Stub(channel);

  private ManagedChannel channel() {
    try {
      return NettyChannelBuilder.forAddress("127.0.0.1", server.start("127.0.0.1", 0)).usePlaintext()
          .flowControlWindow(NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW / 16).build();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void serves() throws Exception {
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.end(Duration.ZERO);
    engine.close();
    timer.shutdownNow();
  }

  private ServingStatus health() throws StatusException {
    return HealthGrpc.newBlockingV2Stub(channel).check(HealthCheckRequest.getDefaultInstance()).getStatus();
  }

  private void awaitStatistics(Predicate<Statistics> condition) throws Exception {
    var reports = InferenceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS)
        .watch(WatchRequest.newBuilder().setIntervalMillis(20).build());
    while (!condition.test(reports.next())) {
      Thread.onSpinWait();
    }
  }

  private static void fails(ThrowingCallable call, Status.Code status, String code, String text) {
    assertThatThrownBy(call).satisfies(thrown -> {
      Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
      assertThat(cause).isNotNull();
      Status found = Status.fromThrowable(cause);
      assertThat(found.getCode()).isEqualTo(status);
      assertThat(found.getDescription()).startsWith(code + ": ").contains(text);
      var trailers = Status.trailersFromThrowable(cause);
      assertThat(trailers).isNotNull();
      assertThat(trailers == null ? null : trailers.get(WireErrors.CODE)).isEqualTo(code);
    });
  }

  @Test
  void tellsPreparedStartedTokensFinishedInThisOrder() {
    Client client = Client.ask(stub, Client.user(FRANCE));
    var finished = client.finished();
    assertThat(client.text()).isEqualTo("The capital of France is Paris.");
    assertThat(finished.getReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
    assertThat(finished.getPromptTokens()).isEqualTo(10);
    assertThat(finished.getOutputTokens()).isEqualTo(client.tokens()).isEqualTo(7);
    List<EventCase> order = client.events().stream().map(event -> event.getEventCase()).toList();
    assertThat(order.subList(0, 2)).containsExactly(EventCase.PREPARED, EventCase.STARTED);
    assertThat(order.subList(2, order.size() - 1)).containsOnly(EventCase.TOKENS);
    assertThat(client.events().getFirst().getPrepared().getOutputCapacity()).isEqualTo(2048 - 10);
  }

  @Test
  void generatesOnlyWhatIsGranted() throws Exception {
    Client client = Client.open(stub).send(Client.user(STORY));
    awaitStatistics(now -> now.getWaiting() == 1);
    assertThat(client.tokens()).isZero();
    client.grant(6, false);
    awaitStatistics(now -> now.getPaused() == 1);
    client.grant(10, true);
    assertThat(client.finished().getReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
    assertThat(client.tokens()).isEqualTo(10);
  }

  @Test
  void freesTheSlotOfACancelledCall() throws Exception {
    Client client = Client.ask(stub, Client.user(STORY).setMaxOutputTokens(0));
    awaitStatistics(now -> now.getRunning() == 1 || now.getOutputTokens() > 0);
    client.cancel();
    awaitStatistics(now -> now.getRunning() + now.getPaused() == 0);
    assertThatThrownBy(client::finished).hasCauseInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void pausesAStreamThatIsNotReadAndEndsItInTheEnd() throws Exception {
    var sampling = dev.tollgate.inference.protocol.Sampling.newBuilder().setTemperature(0).setIgnoreEnd(true);
    Client client = Client.openWithoutReading(stub).send(Client.user(STORY).setSampling(sampling)
        .setMaxOutputTokens(0)
        .setInitialGrant(dev.tollgate.inference.protocol.Grant.newBuilder().setOutputTokens(-1)));
    awaitStatistics(now -> now.getOutputTokens() > 0 && now.getRunning() + now.getPaused() == 0);
    assertThat(client.events()).hasSize(2);
  }

  @Test
  void answersErrorsWithTheirCodes() throws Exception {
    fails(() -> Client.ask(stub, Client.user("x").setModel("gpt")).finished(), Status.Code.NOT_FOUND,
        "model_not_found", "it serves demo");
    fails(() -> Client.open(stub).grant(1, true).finished(), Status.Code.INVALID_ARGUMENT, "invalid_request",
        "begins with Start");
    fails(() -> Client.ask(stub, Client.user("x")).send(Client.user("y")).finished(),
        Status.Code.INVALID_ARGUMENT,
        "invalid_request", "one Start");
    fails(() -> Client.ask(stub, Client.user("x").clearPrompt()).finished(), Status.Code.INVALID_ARGUMENT,
        "invalid_request", "prompt is missing");
    fails(() -> Client.ask(stub, Client.user("word ".repeat(3000))).finished(), Status.Code.INVALID_ARGUMENT,
        "context_length_exceeded", "the model's context is 2048 tokens");
    fails(() -> calls.detokenize(DetokenizeRequest.newBuilder().setModel("demo").addIds(-3).build()),
        Status.Code.INVALID_ARGUMENT, "invalid_request", "token id -3");
    for (int i = 0; i < 6; i++) {
      Client.open(stub).send(Client.user(STORY));
    }
    awaitStatistics(now -> now.getRunning() + now.getWaiting() + now.getPaused() == 6);
    fails(() -> Client.ask(stub, Client.user("x")).finished(), Status.Code.RESOURCE_EXHAUSTED, "overloaded",
        "the queue is full");
  }

  @Test
  void tokenisesWithoutWaitingForSlots() throws Exception {
    for (int i = 0; i < 3; i++) {
      Client.ask(stub, Client.user(STORY).setMaxOutputTokens(0));
    }
    var ids = calls.tokenize(TokenizeRequest.newBuilder().setModel("demo")
        .setPrompt(Prompt.newBuilder().setText("Hello, world!")).build()).getIdsList();
    assertThat(ids).containsExactly(0, 967, 49, 1125, 38);
    assertThat(
        calls.detokenize(DetokenizeRequest.newBuilder().setModel("demo").addAllIds(ids).build()).getText())
        .isEqualTo("Hello, world!");
  }

  @Test
  void takesPromptsAsIds() {
    var ids = TokenIds.newBuilder().addAllIds(Arrays.asList(0, 3, 421, 309, 299, 532, 342, 2767, 68, 4));
    Client client = Client.ask(stub, Client.user("").setPrompt(Prompt.newBuilder().setTokenIds(ids)));
    client.finished();
    assertThat(client.text()).isEqualTo("The capital of France is Paris.");
  }

  @Test
  void describesItsModel() throws Exception {
    var reply = calls.describe(DescribeRequest.getDefaultInstance());
    assertThat(reply.getEngine()).isEqualTo("cpu");
    assertThat(reply.getVersion()).startsWith("llama.cpp 0.5.0");
    assertThat(reply.getModels(0).getContextLength()).isEqualTo(2048);
    assertThat(reply.getModels(0).getParallelSequences()).isEqualTo(2);
    assertThat(reply.getModels(0).getParameters()).isEqualTo(12_100_048);
  }

  @Test
  void drainsFinishingWhatRuns() throws Exception {
    Client client = Client.ask(stub, Client.user(STORY));
    awaitStatistics(now -> now.getOutputTokens() > 0);
    calls.drain(DrainRequest.getDefaultInstance());
    assertThat(client.finished().getReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
    assertThat(health()).isEqualTo(ServingStatus.NOT_SERVING);
    fails(() -> Client.ask(stub, Client.user("x")).finished(), Status.Code.UNAVAILABLE, "draining",
        "no new work");
  }
}
