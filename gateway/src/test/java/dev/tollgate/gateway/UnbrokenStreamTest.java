package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.inference.protocol.Start;
import dev.tollgate.testing.StandInBackend;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A backend that dies or stands still mid-answer: the client sees no seam, and pays what it would have paid anyway. */
class UnbrokenStreamTest extends GatewayTest {

  private StandInBackend second;

  @BeforeEach
  void twoBackends() {
    second = StandInBackend.start();
    backends.add(second.address());
    await().atMost(Duration.ofSeconds(5)).until(() -> backends.countUp() == 2);
  }

  @AfterEach
  void oneBackend() {
    backends.remove(second.address());
    second.close();
  }

  @ParameterizedTest
  @CsvSource(textBlock = """
      dies after five tokens,                        die=5
      dies in the middle of a message,               die=5 batch=3
      dies before the first token,                   die=0
      dies after the last token,                     die=40
      dies with its last text out and no end,        die=41 late=3
      dies while text is held back,                  die=38 late=6
      stands still,                                  hang=7
      dies beyond the first window of the hold,      die=100 out=200 batch=4
      """)
  void theStreamAndItsBillAreThoseOfAnUndisturbedRun(String what, String directives) throws Exception {
    String usual = "a question " + (directives.contains("out=") ? "" : "out=40 ") + directives;
    Account disturbed = paying(USD);
    Account undisturbed = paying(USD);
    HttpResponse<String> response = post(disturbed.secret(), "/v1/chat/completions", streamBody(usual));
    HttpResponse<String> expected = post(undisturbed.secret(), "/v1/chat/completions",
        streamBody(usual.replaceAll("(die|hang)=", "untroubled=")));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(text(response)).as(what).isEqualTo(text(expected)).startsWith("w0 w1 w2");
    assertThat(response.body()).endsWith("data: [DONE]\n\n");
    assertThat(bill(lastUsage(disturbed))).isEqualTo(bill(lastUsage(undisturbed)));
    assertThat(money(disturbed)).isEqualTo(money(undisturbed)).isLessThan(USD);
  }

  /** The second backend is alive and takes the answer, but says nothing, or that it has counted or begun, and no more. */
  @Test
  void aBackendThatDoesNotGoOnWithAnAnswerIsLeftForTheNextWithinTheBound() throws Exception {
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    try (var third = StandInBackend.start()) {
      backends.add(third.address());
      await().atMost(Duration.ofSeconds(5)).until(() -> backends.countUp() == 3);
      long since = System.nanoTime();
      Account account = paying(USD);
      for (String trouble : List.of("die=5 mute=0", "die=5 mute=1", "die=5 mute=2", "hang=5 mute=0")) {
        answers.add(HTTP.sendAsync(request(account, streamBody("hello out=40 " + trouble)),
            HttpResponse.BodyHandlers.ofString()));
      }
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(text(answer.get(30, TimeUnit.SECONDS))).startsWith("w0 w1 w2").endsWith(" w38 w39");
      }
      // With room for a machine that is busy with other things.
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(RESUME_WITHIN.plusSeconds(1));
      backends.remove(third.address());
    }
  }

  @Test
  void aBackendThatIsSlowToGoOnIsWaitedForWhereThereIsNoOther() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        streamBody("hello out=8 delay=1600 batch=8 die=0"));
    assertThat(text(response)).endsWith(" w6 w7");
    assertThat(lastUsage(account).outcome()).isEqualTo("COMPLETED");
  }

  @Test
  void everyChoiceOfAnAnswerGoesOn() throws Exception {
    Account account = paying(USD);
    String body = JSON.writeValueAsString(Map.of("model", StandInBackend.MODEL, "n", 3, "messages",
        List.of(Map.of("role", "user", "content", "hello die=9 out=30"))));
    JsonNode answer = JSON.readTree(post(account.secret(), "/v1/chat/completions", body).body());
    assertThat(answer.path("choices").valueStream()
        .map(choice -> choice.at("/message/content").stringValue().split(" ").length)).containsExactly(30, 30,
            30);
    assertThat(lastUsage(account)).satisfies(row -> {
      assertThat(row.outcome()).isEqualTo("COMPLETED");
      assertThat(row.inputTokens()).isEqualTo(3);
      assertThat(row.outputTokens()).isEqualTo(90);
    });
  }

  @Test
  void anAnswerWaitsForTheOnlyBackendToComeBack() throws Exception {
    Account account = paying(USD);
    backends.remove(BACKEND.address());
    try {
      // Its headers have come, so it is past the attempts before the first token.
      HttpResponse<Stream<String>> response = begin(account, streamBody("hello delay=20 out=60"));
      backends.remove(second.address());
      await().atMost(Duration.ofSeconds(5)).until(() -> second.running() == 0);
      backends.add(second.address());
      assertThat(text(response.body().collect(Collectors.joining("\n")))).endsWith("w58 w59");
      assertThat(lastUsage(account).outcome()).isEqualTo("COMPLETED");
      assertThat(lastUsage(account).outputTokens()).isEqualTo(60);
    } finally {
      backends.add(BACKEND.address());
    }
  }

  @Test
  void anAnswerThatEveryBackendFailsBreaksAfterThreeAndCostsNothing() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions", chatBody("hello fail=5"));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(lastUsage(account).outcome()).isEqualTo("BACKEND_FAILED");
    assertThat(lastUsage(account).outputTokens()).isEqualTo(5);
    assertThat(money(account)).isEqualTo(USD);
  }

  /** An answer may have to be drawn anew by the next backend, which therefore gets the seed that the first one got. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAnswerIsBegunAndGoneOnWithByTheSameSeedAndBilledOnce(boolean formatted) throws Exception {
    var starts = new ConcurrentLinkedQueue<Start>();
    Account disturbed = paying(USD);
    Account undisturbed = paying(USD);
    try (var witnessed = StandInBackend.start(0, (start, _) -> starts.add(start))) {
      backends.add(witnessed.address());
      await().atMost(Duration.ofSeconds(5)).until(() -> backends.countUp() == 3);
      backends.remove(BACKEND.address());
      backends.remove(second.address());
      HttpResponse<String> response = post(disturbed.secret(), "/v1/chat/completions",
          body(formatted, "hello out=40 die=7"));
      assertThat(text(response)).startsWith("w0 w1").endsWith("w38 w39");
      post(undisturbed.secret(), "/v1/chat/completions", body(formatted, "hello out=40 untroubled=7"));
      backends.remove(witnessed.address());
    } finally {
      backends.add(BACKEND.address());
      backends.add(second.address());
    }
    List<Start> asked = List.copyOf(starts).subList(0, 2);
    assertThat(asked.stream().map(Start::getResumeTokenIdsCount)).containsExactly(0, 7);
    assertThat(asked.getFirst().getSampling().hasSpareSeed()).isTrue();
    assertThat(asked.getLast().getSampling()).isEqualTo(asked.getFirst().getSampling());
    assertThat(bill(lastUsage(disturbed))).isEqualTo(bill(lastUsage(undisturbed)));
  }

  /** Half of one answer and half of another would be neither; what is of no use costs nothing. */
  @Test
  void anAnswerThatEveryOtherBackendWouldHaveBegunOtherwiseBreaksAndCostsNothing() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        formatted("hello out=40 delay=5 die=7 differs=1"));
    assertThat(text(response)).endsWith("w6");
    assertThat(chunks(response.body()).getLast().at("/error/code").stringValue()).isEqualTo("no_backend");
    assertThat(lastUsage(account).outcome()).isEqualTo("BACKEND_FAILED");
    assertThat(money(account)).isEqualTo(USD);
  }

  private static String body(boolean formatted, String content) {
    return formatted ? formatted(content) : streamBody(content);
  }

  private static String formatted(String content) {
    return JSON.writeValueAsString(Map.of("model", StandInBackend.MODEL, "stream", true, "response_format",
        Map.of("type", "json_object"), "messages", List.of(Map.of("role", "user", "content", content))));
  }

  private HttpResponse<Stream<String>> begin(Account account, String body) throws Exception {
    return HTTP.send(request(account, body), HttpResponse.BodyHandlers.ofLines());
  }

  private HttpRequest request(Account account, String body) {
    return HttpRequest.newBuilder(uri("/v1/chat/completions"))
        .header("Authorization", "Bearer " + account.secret()).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body)).build();
  }

  private static String text(HttpResponse<String> response) {
    return text(response.body());
  }

  private static String text(String stream) {
    return chunks(stream).stream()
        .map(chunk -> chunk.at("/choices/0/delta/content").stringValue(""))
        .collect(Collectors.joining());
  }

  /** All that the two records of the same question have in common if nothing was doubled. */
  private static UsageRow bill(UsageRow row) {
    return new UsageRow(new UUID(0, 0), row.outcome(), row.inputTokens(), row.cachedInputTokens(),
        row.outputTokens(), row.amountPico(), row.freeTokens());
  }
}
