package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Ways in which other gateways went wrong, seen from outside; docs/field-failures.md has the whole list. */
class FieldFailuresTest extends GatewayTest {

  private static final long PER_INPUT = 3_000_000;
  private static final long PER_OUTPUT = 6_000_000;

  /** Zero tokens that are told are zero tokens; some take them for "unknown" and bill an estimate. */
  @Test
  void anAnswerOfNoTokensIsBilledForItsInputAlone() throws Exception {
    Account account = paying(USD);
    JsonNode answer = JSON
        .readTree(post(account.secret(), "/v1/chat/completions", chatBody("nothing to say out=0")).body());
    assertThat(answer.at("/usage/completion_tokens").intValue()).isZero();
    assertThat(lastUsage(account).amountPico()).isEqualTo(4 * PER_INPUT);
    assertThat(money(account)).isEqualTo(USD - 4 * PER_INPUT);
  }

  /** What was held for a stream and not used goes back, and no more: some give back the whole hold. */
  @Test
  void aStreamGivesBackOnlyWhatItDidNotUse() throws Exception {
    Account account = paying(200 * PER_OUTPUT);
    post(account.secret(), "/v1/chat/completions", streamBody("three words out=70"));
    long left = 200 * PER_OUTPUT - 3 * PER_INPUT - 70 * PER_OUTPUT;
    assertThat(money(account)).isEqualTo(left);
    List<JsonNode> rest = chunks(
        post(account.secret(), "/v1/chat/completions", streamBody("out=5000")).body());
    assertThat(rest.getLast().at("/usage/completion_tokens").longValue())
        .isEqualTo((left - PER_INPUT) / PER_OUTPUT);
  }

  /** The text of an error is not output, and a stream that never began costs nothing. */
  @Test
  void anErrorInPlaceOfAnAnswerIsNoOutput() throws Exception {
    Account account = paying(USD);
    assertThat(post(account.secret(), "/v1/chat/completions", streamBody("hello fail=0")).statusCode())
        .as("depends on whether the stream's head had left already").isIn(200, 503);
    assertThat(lastUsage(account)).satisfies(row -> {
      assertThat(row.outcome()).isEqualTo("BACKEND_FAILED");
      assertThat(row.outputTokens()).isZero();
      assertThat(row.amountPico()).isZero();
    });
    assertThat(money(account)).isEqualTo(USD);
  }

  /** A cancelled stream of 806 pieces was once recorded as one token. */
  @Test
  void aStreamThatIsLeftAfter806PiecesIsBilledForEachOfThem() throws Exception {
    Account account = paying(USD);
    HttpResponse<InputStream> response = HTTP.send(HttpRequest.newBuilder(uri("/v1/chat/completions"))
        .header("Authorization", "Bearer " + account.secret()).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(streamBody("long story out=90000"))).build(),
        HttpResponse.BodyHandlers.ofInputStream());
    try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      int pieces = 0;
      while (pieces < 806) {
        if (lines.readLine().contains("\"content\":\"")) {
          pieces++;
        }
      }
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> !usage(account).isEmpty());
    assertThat(lastUsage(account)).satisfies(row -> {
      assertThat(row.outcome()).isEqualTo("CLIENT_DISCONNECTED");
      assertThat(row.outputTokens()).isBetween(805L, 89_999L);
      assertThat(row.amountPico()).isEqualTo(3 * PER_INPUT + row.outputTokens() * PER_OUTPUT);
    });
  }

  /** Balances from snapshots lag behind; ours is right when the answer is. */
  @Test
  void theBalanceIsRightTheMomentAnAnswerEnds() throws Exception {
    Account account = paying(USD);
    for (int i = 1; i <= 5; i++) {
      post(account.secret(), "/v1/chat/completions", streamBody("three words out=10"));
      JsonNode balance = JSON.readTree(get(account.secret(), "/v1/balance").body());
      long spent = i * (3 * PER_INPUT + 10 * PER_OUTPUT);
      assertThat(new BigDecimal(balance.path("balance").stringValue()).movePointRight(12).longValueExact())
          .isEqualTo(USD - spent);
    }
  }

  /** Asked whether there is any balance at all, all of these pass; together they would spend ten times of it. */
  @Test
  void streamsThatBeganWithFundsStopWhereTheyEndAndTheBalanceStaysAboveZero() throws Exception {
    Account account = paying(100 * PER_OUTPUT);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(threads.submit(
            () -> post(account.secret(), "/v1/chat/completions", streamBody("out=100 delay=2"))));
      }
      for (Future<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).isIn(200, 402);
      }
    }
    assertThat(money(account)).isBetween(0L, 2 * PER_INPUT + PER_OUTPUT - 1);
    assertThat(usage(account).stream().mapToLong(UsageRow::amountPico).sum())
        .isEqualTo(100 * PER_OUTPUT - money(account));
  }

  /** A limit that is looked at once a request is over stops only the next one; ours stops the one that meets it. */
  @Test
  void theRequestThatMeetsTheLimitIsTheOneThatStops() throws Exception {
    Account account = paying(50 * PER_OUTPUT);
    List<JsonNode> chunks = chunks(
        post(account.secret(), "/v1/chat/completions", streamBody("out=1000 batch=10")).body());
    assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").stringValue())
        .isEqualTo("length");
    assertThat(chunks.getLast().at("/usage/completion_tokens").intValue()).isEqualTo(49);
    assertThat(post(account.secret(), "/v1/chat/completions", chatBody("out=1")).statusCode()).isEqualTo(402);
  }
}
