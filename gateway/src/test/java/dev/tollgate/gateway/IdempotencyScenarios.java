package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Scope;
import dev.tollgate.testing.StandInBackend;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is sent twice is run and billed once. */
class IdempotencyScenarios extends GatewayTest {

  private static final String CHAT = "/v1/chat/completions";
  private static final Duration SOON = Duration.ofSeconds(5);

  private final String key = "order " + UUID.randomUUID();

  @Test
  void anAnswerComesAgainByteForByteWithoutASecondCharge() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> first = send(account.secret(), CHAT, key, chatBody("two words out=20"));
    HttpResponse<String> again = send(account.secret(), CHAT, key, chatBody("two words out=20"));
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertSame(first, again);
    assertThat(usage(account)).hasSize(1);
    assertThat(money(account)).isEqualTo(USD - lastUsage(account).amountPico());
    assertThat(lastUsage(account).requestId()).hasToString(header(again, "x-request-id"));
  }

  @Test
  void aStreamComesAgainAsItWasRecorded() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> first = send(account.secret(), CHAT, key, streamBody("out=30"));
    HttpResponse<String> again = send(account.secret(), CHAT, key, streamBody("out=30"));
    assertThat(again.body()).endsWith("data: [DONE]\n\n");
    assertSame(first, again);
    assertThat(header(again, "Content-Type")).startsWith("text/event-stream");
    assertThat(usage(account)).hasSize(1);
  }

  @Test
  void theSameKeyWithAnotherRequestIs422() throws Exception {
    Account account = paying(USD);
    String both = JSON.writeValueAsString(Map.of("model", StandInBackend.MODEL, "prompt", "hi out=2",
        "messages", List.of(Map.of("role", "user", "content", "hi out=2"))));
    assertThat(send(account.secret(), CHAT, key, both).statusCode()).isEqualTo(200);
    assertThat(error(send(account.secret(), CHAT, key, both + " "), 422)).isEqualTo("idempotency_key_reused");
    assertThat(error(send(account.secret(), "/v1/completions", key, both), 422))
        .isEqualTo("idempotency_key_reused");
    assertThat(send(account.secret(), CHAT, key, both).statusCode()).isEqualTo(200);
    assertThat(usage(account)).hasSize(1);
  }

  @Test
  void whileTheFirstRunsTheSecondIs409AndGetsTheAnswerLater() throws Exception {
    Account account = paying(USD);
    String body = chatBody("delay=20 out=40");
    var first = HTTP.sendAsync(request(account.secret(), CHAT, body, key),
        HttpResponse.BodyHandlers.ofString());
    await().atMost(SOON).until(() -> kept(account) == 1);
    HttpResponse<String> second = send(account.secret(), CHAT, key, body);
    assertThat(error(second, 409)).isEqualTo("idempotent_request_running");
    assertThat(header(second, "Retry-After")).isEqualTo("1");
    assertThat(second.headers().firstValue("x-should-retry")).isEmpty();
    assertSame(first.get(), send(account.secret(), CHAT, key, body));
    assertThat(usage(account)).hasSize(1);
  }

  @Test
  void twoApiKeysOfOneTenantDoNotShareTheirKeys() throws Exception {
    Account account = paying(USD);
    ApiKeys.Issued other = keys.issue(account.tenant(), account.project().id(), "other",
        EnumSet.allOf(Scope.class), null);
    send(account.secret(), CHAT, key, chatBody("one out=3"));
    HttpResponse<String> second = send(other.secret(), CHAT, key, chatBody("another out=3"));
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(usage(account)).hasSize(2);
  }

  @Test
  void aRefusalFreesTheKey() throws Exception {
    Account account = paying(1);
    String body = chatBody("two words out=5");
    assertThat(error(send(account.secret(), CHAT, key, body), 402)).isEqualTo("insufficient_balance");
    assertThat(kept(account)).isZero();
    funding.topUp(account.tenant(), "USD", USD, "later");
    HttpResponse<String> answered = send(account.secret(), CHAT, key, body);
    assertThat(answered.statusCode()).isEqualTo(200);
    assertThat(answered.headers().firstValue("Idempotent-Replayed")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello fail=3", "hello full=1"})
  void aFailureOfOursFreesTheKeyAndCostsNothing(String prompt) throws Exception {
    Account account = paying(USD);
    assertThat(send(account.secret(), CHAT, key, chatBody(prompt)).statusCode()).isEqualTo(503);
    assertThat(kept(account)).isZero();
    HttpResponse<String> stream = send(account.secret(), CHAT, key, streamBody("hello delay=5 fail=3"));
    assertThat(stream.body()).contains("no_backend");
    await().atMost(SOON).until(() -> kept(account) == 0);
    assertThat(money(account)).isEqualTo(USD);
    assertThat(send(account.secret(), CHAT, key, chatBody("hello out=1")).statusCode()).isEqualTo(200);
  }

  @Test
  void aBadRequestDoesNotTouchTheKey() throws Exception {
    Account account = paying(USD);
    assertThat(send(account.secret(), CHAT, key, "{}").statusCode()).isEqualTo(400);
    assertThat(send(account.secret(), CHAT, key, chatBody("out=1")).statusCode()).isEqualTo(200);
  }

  @Test
  void whoLeavesPaysForWhatHadComeAndIsNotBilledByTryingAgain() throws Exception {
    Account account = paying(USD);
    String body = streamBody("delay=10 out=100000");
    try (var lines = HTTP.send(request(account.secret(), CHAT, body, key),
        HttpResponse.BodyHandlers.ofLines()).body()) {
      assertThat(lines.filter(line -> line.contains("\"content\":\"")).limit(10).count()).isEqualTo(10);
    }
    await().atMost(SOON).until(() -> !usage(account).isEmpty());
    UsageRow billed = lastUsage(account);
    assertThat(billed.outcome()).isEqualTo("CLIENT_DISCONNECTED");
    await().atMost(SOON).untilAsserted(() -> {
      HttpResponse<String> again = send(account.secret(), CHAT, key, body);
      assertThat(error(again, 409)).isEqualTo("idempotent_request_abandoned");
      assertThat(again.body()).contains(billed.requestId().toString());
      assertThat(header(again, "x-should-retry")).isEqualTo("false");
    });
    assertThat(usage(account)).containsExactly(billed);
  }

  @Test
  void aRetryAfterACrashBetweenBillAndAnswerIsAnsweredAndNotBilledAgain() throws Exception {
    Account account = paying(USD);
    String body = chatBody("two words out=20");
    HttpResponse<String> first = send(account.secret(), CHAT, key, body);
    long money = money(account);
    // As the crash of another instance leaves it, whose end the others have noticed.
    jdbc.sql(
        """
            UPDATE gateway.idempotency SET state = 'RUNNING', content_type = NULL, body = NULL, body_bytes = 0, epoch = -1
            WHERE tenant_id = ?""")
        .param(account.tenant().value()).update();
    HttpResponse<String> again = send(account.secret(), CHAT, key, body);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(header(again, "x-request-id")).isEqualTo(header(first, "x-request-id"));
    assertThat(JSON.readTree(again.body()).path("tollgate"))
        .isEqualTo(JSON.readTree(first.body()).path("tollgate"));
    assertThat(usage(account)).hasSize(1);
    assertThat(money(account)).isEqualTo(money);
    assertSame(again, send(account.secret(), CHAT, key, body));
  }

  @Test
  void aRetryAfterACrashBeforeTheBillIsBilledOnceUnderTheFirstId() throws Exception {
    Account account = paying(USD);
    String body = chatBody("two words out=20");
    UUID claimed = UuidCreator.getTimeOrderedEpoch();
    byte[] fingerprint = MessageDigest.getInstance("SHA-256")
        .digest((CHAT + "\n" + body).getBytes(StandardCharsets.UTF_8));
    jdbc.sql(
        """
            INSERT INTO gateway.idempotency (key_id, idempotency_key, tenant_id, fingerprint, request_id, epoch, state,
              expires_at) VALUES (?, ?, ?, ?, ?, -1, 'RUNNING', now() + interval '1 day')""")
        .params(account.key().value(), key, account.tenant().value(), fingerprint, claimed).update();
    assertThat(error(send(account.secret(), CHAT, key, body + " "), 422)).isEqualTo("idempotency_key_reused");
    assertThat(send(account.secret(), CHAT, key, body).statusCode()).isEqualTo(200);
    assertThat(usage(account)).extracting(UsageRow::requestId).containsExactly(claimed);
  }

  @Test
  void aLongAnswerIsKeptCompressedAndAnsweredAlike() throws Exception {
    Account account = paying(USD);
    String body = streamBody("out=7000 batch=1");
    HttpResponse<String> first = send(account.secret(), CHAT, key, body);
    assertThat(first.body().length()).isGreaterThan(1 << 20);
    assertThat(first.body()).endsWith("data: [DONE]\n\n");
    HttpResponse<String> again = send(account.secret(), CHAT, key, body);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(header(again, "idempotent-replayed")).isEqualTo("true");
    assertThat(usage(account)).hasSize(1);
    assertThat(jdbc.sql("""
        SELECT body_bytes FROM gateway.idempotency WHERE tenant_id = ? AND unpacked_bytes = ?
        """).params(account.tenant().value(), first.body().getBytes(StandardCharsets.UTF_8).length)
        .query(Integer.class).single()).isLessThan(first.body().length() / 8);
  }

  @Test
  void anAnswerTooLongToKeepIsToldSoAndNotBilledAgain() throws Exception {
    Account account = paying(USD);
    String body = streamBody("out=7");
    HttpResponse<String> first = send(account.secret(), CHAT, key, body);
    jdbc.sql("UPDATE gateway.idempotency SET body = NULL, body_bytes = 0 WHERE tenant_id = ?")
        .param(account.tenant().value()).update();
    HttpResponse<String> again = send(account.secret(), CHAT, key, body);
    assertThat(error(again, 409)).isEqualTo("idempotent_answer_not_kept");
    assertThat(again.body()).contains(header(first, "x-request-id"));
    assertThat(usage(account)).hasSize(1);
  }

  @Test
  void afterItsDayAKeyIsAsGoodAsNew() throws Exception {
    Account account = paying(USD);
    send(account.secret(), CHAT, key, chatBody("out=2"));
    jdbc.sql("UPDATE gateway.idempotency SET expires_at = now() WHERE tenant_id = ?")
        .param(account.tenant().value()).update();
    HttpResponse<String> other = send(account.secret(), CHAT, key, chatBody("out=3"));
    assertThat(other.statusCode()).isEqualTo(200);
    assertThat(usage(account)).hasSize(2);
  }

  @Test
  void aKeyThatIsNoneIs400() throws Exception {
    Account account = paying(USD);
    for (HttpRequest request : List.of(request(account.secret(), CHAT, chatBody("hi"), "x".repeat(256)),
        request(account.secret(), CHAT, chatBody("hi"), " "),
        request(account.secret(), CHAT, chatBody("hi"), "one", "two"))) {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(JSON.readTree(response.body()).at("/error/param").stringValue())
          .isEqualTo("Idempotency-Key");
    }
    assertThat(usage(account)).isEmpty();
  }

  private static void assertSame(HttpResponse<String> first, HttpResponse<String> again) {
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(header(again, "Idempotent-Replayed")).isEqualTo("true");
    assertThat(header(again, "Content-Type")).isEqualTo(header(first, "Content-Type"));
    assertThat(header(again, "x-request-id")).isEqualTo(header(first, "x-request-id"));
  }

  private static String error(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(JSON.readTree(response.body()).at("/error/message").stringValue()).isNotBlank();
    return JSON.readTree(response.body()).at("/error/code").stringValue();
  }

  private long kept(Account account) {
    return jdbc.sql("SELECT count(*) FROM gateway.idempotency WHERE tenant_id = ?")
        .param(account.tenant().value()).query(Long.class).single();
  }

  private HttpResponse<String> send(String secret, String path, String idempotencyKey, String body)
      throws IOException, InterruptedException {
    return HTTP.send(request(secret, path, body, idempotencyKey), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest request(String secret, String path, String body, String... idempotencyKeys) {
    var request = HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + secret)
        .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
    for (String one : idempotencyKeys) {
      request.header("Idempotency-Key", one);
    }
    return request.build();
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElseThrow();
  }
}
