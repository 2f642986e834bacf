package dev.tollgate.inference.engine.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.inference.engine.Answer;
import dev.tollgate.inference.engine.Ask;
import dev.tollgate.inference.engine.Engine;
import dev.tollgate.inference.engine.EngineStartException;
import dev.tollgate.inference.engine.FinishReason;
import dev.tollgate.inference.engine.Grant;
import dev.tollgate.inference.engine.Refusal;
import dev.tollgate.inference.engine.ResponseFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that answers as the test says. */
class RemoteFaultsTest {

  private static final String TWO_TOKENS = """
      data: {"choices":[{"index":0,"text":"","token_ids":[300]}]}

      data: {"choices":[{"index":0,"text":"","token_ids":[301],"finish_reason":"length"}]}

      data: [DONE]

      """;

  private static final String TWO_TOKENS_SO_FAR = """
      data: {"choices":[{"token_ids":[300]}]}

      data: {"choices":[{"token_ids":[301]}]}

      """;

  /** What the server does with a request. */
  interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  @TempDir
  Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile Behaviour behaviour = streaming(TWO_TOKENS);
  private final CountDownLatch ended = new CountDownLatch(1);
  private HttpServer server = listen(0);

  private HttpServer listen(int port) {
    try {
      HttpServer listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
          16);
      listening.setExecutor(threads);
      listening.createContext("/v1/", exchange -> {
        try (exchange) {
          exchange.getRequestBody().readAllBytes();
          behaviour.answer(exchange);
        }
      });
      listening.start();
      return listening;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    ended.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private static Behaviour streaming(String events) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
    };
  }

  private Behaviour sending(String events, boolean thenNothing) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      if (thenNothing) {
        waitForTheEnd();
      }
    };
  }

  private void waitForTheEnd() {
    try {
      boolean _ = ended.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Behaviour refusing(int status, String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  private Remote remote() {
    return new Remote(folder, server.getAddress().getPort()).with("first_token_limit", "500ms")
        .with("token_limit", "300ms").with("connect_limit", "2s");
  }

  @Test
  void failsTheAnswerAndSaysWhyWhenTheServerDoesNotKeepToTheProtocol() throws Exception {
    Map<String, Behaviour> faults = Map.of("status 500: broken",
        refusing(500, "{\"error\":{\"message\":\"broken\"}}"),
        "refuses the key; set the environment variable", refusing(401, "{\"error\":\"expired\"}"),
        "has no model demo", refusing(404, "{\"message\":\"unknown\"}"),
        "event that cannot be read", streaming("data: {oops\n\n"),
        "reports an error: out of memory", streaming("data: {\"error\":{\"message\":\"out of memory\"}}\n\n"),
        "ended before the answer did", streaming("data: {\"choices\":[{\"token_ids\":[300]}]}\n\n"),
        "gave the answer up: abort", streaming("data: {\"choices\":[{\"finish_reason\":\"abort\"}]}\n\n"),
        "token id 99999", streaming("data: {\"choices\":[{\"token_ids\":[99999]}]}\n\n"),
        "sent nothing for 500 ms", sending("", true),
        "sent nothing for 300 ms", sending("data: {\"choices\":[{\"token_ids\":[300]}]}\n\n", true));
    try (Engine engine = remote().start(4)) {
      for (Map.Entry<String, Behaviour> fault : faults.entrySet()) {
        behaviour = fault.getValue();
        assertThat(Ask.user("x").of(engine).failed()).contains(fault.getKey());
      }
      await().until(() -> engine.statistics().failed() == faults.size());
      behaviour = streaming(TWO_TOKENS);
      assertThat(Ask.user("x").most(2).of(engine).finished().outputTokens()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"400, INVALID_REQUEST, the model's server refuses the request: too long",
      "422, INVALID_REQUEST, the model's server refuses the request: too long",
      "429, OVERLOADED, the model's server has too many requests",
      "503, OVERLOADED, the model's server has too many requests"})
  void tellsWhatIsTheRequestsOrTheLoadsFaultApartFromFailures(int status, Refusal.Code code, String message)
      throws Exception {
    try (Engine engine = remote().start(4)) {
      behaviour = refusing(status, "{\"error\":{\"message\":\"too long\"}}");
      assertThat(Ask.user("x").of(engine).refused()).isEqualTo(new Refusal(code, message));
      behaviour = streaming(TWO_TOKENS);
      assertThat(Ask.user("x").most(2).of(engine).finished().outputTokens()).isEqualTo(2);
      assertThat(engine.statistics().failed()).isZero();
    }
  }

  /** It was right when the answer began, and is none of the caller's doing now. */
  @Test
  void failsAnAnswerThatTheServerTookAndDoesNotGoOnWith() throws Exception {
    try (Engine engine = remote().with("run_ahead", 0).start(4)) {
      behaviour = sending(TWO_TOKENS_SO_FAR, true);
      Answer answer = new Answer();
      var sequence = engine.submit(Ask.user("x").withoutEnd().grant(1, false).request(), answer);
      await().until(() -> answer.ids().size() == 1);
      behaviour = refusing(400, "{\"message\":\"too long\"}");
      sequence.grant(new Grant(10, false));
      assertThat(answer.failed()).contains("was not gone on with");
    }
  }

  @Test
  void reportsThatItCannotServeWhileTheServerIsAway() throws Exception {
    try (Engine engine = remote().start(4)) {
      int port = server.getAddress().getPort();
      assertThat(engine.serving()).isTrue();
      server.stop(0);
      assertThat(Ask.user("x").of(engine).failed()).contains("cannot be reached");
      assertThat(engine.serving()).isFalse();
      assertThat(engine.healthy()).isTrue();
      server = listen(port);
      await().atMost(Duration.ofSeconds(10)).until(engine::serving);
    }
  }

  @Test
  void givesUpAnAnswerThatTakesTooLongToWriteAgainAndIsNoneTheWorse() throws Exception {
    try (Engine engine = remote().with("resume_limit", "100ms").start(4)) {
      behaviour = sending("data: {\"choices\":[{\"token_ids\":[300]}]}\n\n", true);
      Ask begun = Ask.user("x").format(new ResponseFormat.JsonObject()).resumed(List.of(300, 301));
      assertThat(begun.of(engine).notResumed()).isEqualTo("1 of 2 tokens were generated again within 100 ms");
      assertThat(engine.statistics().failed()).isZero();
      assertThat(engine.serving()).isTrue();
    }
  }

  @Test
  void closesTheStreamOfACancelledAnswer() throws Exception {
    try (Engine engine = remote().with("token_limit", "30s").start(4)) {
      AtomicBoolean closed = new AtomicBoolean();
      behaviour = exchange -> {
        exchange.sendResponseHeaders(200, 0);
        try {
          while (ended.getCount() > 0) {
            exchange.getResponseBody().write("data: {\"choices\":[{\"token_ids\":[300]}]}\n\n"
                .getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
          }
        } catch (IOException _) {
          closed.set(true);
        }
      };
      Answer answer = new Answer();
      var sequence = engine.submit(Ask.user("x").withoutEnd().request(), answer);
      await().until(() -> !answer.ids().isEmpty());
      sequence.cancel();
      assertThat(answer.finished().reason()).isIn(FinishReason.CANCELLED, FinishReason.LENGTH);
      await().atMost(Duration.ofSeconds(10)).untilTrue(closed);
    }
  }

  @Test
  void refusesToStartWhereAnswersCouldNotBeCounted() {
    behaviour = streaming(
        "data: {\"choices\":[{\"text\":\"x\",\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    refuses(remote(), "does not list the tokens");
    behaviour = streaming("data: {\"choices\":[{\"token_ids\":[5]}],\"usage\":{\"prompt_tokens\":999}}\n\n");
    refuses(remote(), "where the server counts 999");
    behaviour = streaming(
        "data: {\"choices\":[{\"token_ids\":[5]}],\"usage\":{\"completion_tokens\":7}}\n\n");
    refuses(remote(), "counts 7 tokens in an answer of which it lists 1");
    behaviour = refusing(401, "{\"error\":{\"message\":\"bad key\"}}");
    refuses(remote(), "refuses the key; set the environment variable");
    behaviour = refusing(404, "{}");
    refuses(remote(), "has no model demo");
    server.stop(0);
    refuses(remote(), "cannot be reached");
  }

  @Test
  void refusesSettingsThatCannotBe() {
    refuses(remote().with("modle", "x"), "modle is not an option here");
    refuses(remote().with("server", "ollama"), "must be one of vllm, sglang, trtllm-serve, openai");
    refuses(remote().with("url", "not a url"), "must be an address");
    refuses(remote().with("parallel", 0), "whole number from 1 to");
    refuses(remote().with("token_limit", 5), "must be a duration");
    refuses(remote().with("tokenizer", "/nowhere"), "there is no tokenizer.json");
    refuses(remote().with("key_variable", "NO_SUCH_KEY"), "names the environment variable NO_SUCH_KEY");
    refuses(remote().with("server", "openai"), "keep the prompt caches of tenants apart");
    refuses(remote().with("trusted_certificates", "/nowhere.pem"), "cannot be used");
    assertThatThrownBy(() -> remote().with("key_variable", "KEY").start(1, Map.of("KEY", "secret")))
        .isInstanceOf(EngineStartException.class).hasMessageContaining("carry the key unencrypted");
  }

  private static void refuses(Remote remote, String reason) {
    assertThatThrownBy(() -> remote.start(1)).isInstanceOf(EngineStartException.class)
        .hasMessageContaining(reason)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }
}
