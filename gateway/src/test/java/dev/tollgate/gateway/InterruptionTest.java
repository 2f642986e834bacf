package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Money;
import java.math.BigInteger;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.SmartLifecycle;

/** What a stream has used is remembered while it runs, and settled when the gateway stops. */
class InterruptionTest extends GatewayTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @Autowired
  @Qualifier("shutdown")
  SmartLifecycle shutdown;

  @Autowired
  Budgets budgets;

  @Test
  void aLongStreamLeavesACheckpointThatItsSettlementRemoves() throws Exception {
    Account account = paying(USD);
    HttpResponse<Stream<String>> answer = stream(account, "long one delay=50 out=80").get();
    await().atMost(SOON).until(() -> checkpoints() == 1);
    assertThat(usage(account)).isEmpty();
    try (Stream<String> lines = answer.body()) {
      assertThat(lines.toList()).contains("data: [DONE]");
    }
    assertThat(lastUsage(account).outcome()).isEqualTo("COMPLETED");
    assertThat(lastUsage(account).outputTokens()).isEqualTo(80);
    assertThat(checkpoints()).isZero();
  }

  @Test
  void whatOutlastsTheStopOfTheGatewayIsBilledForWhatItHadReceivedAndTellsItsClient() throws Exception {
    Account account = paying(USD);
    HttpResponse<Stream<String>> answer = stream(account, "long one delay=10 out=100000").get();
    try {
      CompletableFuture<List<String>> lines = CompletableFuture.supplyAsync(() -> answer.body().toList());
      await().pollDelay(Duration.ofMillis(300)).atMost(SOON).until(() -> BACKEND.running() > 0);
      shutdown.stop();
      assertThat(lines.get()).anyMatch(line -> line.contains("\"error\"") && line.contains("is billed"));
    } finally {
      shutdown.start();
    }
    UsageRow row = lastUsage(account);
    assertThat(row.outcome()).isEqualTo("INTERRUPTED");
    assertThat(row.outputTokens()).isPositive();
    assertThat(row.amountPico()).isEqualTo(row.inputTokens() * 3_000_000 + row.outputTokens() * 6_000_000);
    assertThat(money(account)).isEqualTo(USD - row.amountPico());
  }

  @Test
  void aRetryOfWhatAStopInterruptedPaysTheRestOfItsAnswer() throws Exception {
    Account account = paying(USD);
    HttpRequest request = keyed(account, "long one delay=10 out=80");
    UsageRow part = interrupted(account, request);
    assertThatItsRetryPaysTheRest(account, request, part);
  }

  @Test
  void aRetryThatIsRefusedDoesNotMakeTheNextOnePayForAllAgain() throws Exception {
    Account account = paying(USD);
    HttpRequest request = keyed(account, "long one delay=10 out=80");
    UsageRow part = interrupted(account, request);
    var all = new Budgets.Subject.OfTenant();
    budgets.set(account.tenant(), all, new Money("USD", BigInteger.ONE));
    for (int i = 0; i < 2; i++) {
      assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(402);
    }
    assertThat(budgets.remove(account.tenant(), all)).isTrue();
    assertThatItsRetryPaysTheRest(account, request, part);
  }

  private HttpRequest keyed(Account account, String content) {
    return HttpRequest.newBuilder(uri("/v1/chat/completions"))
        .header("Authorization", "Bearer " + account.secret()).header("Content-Type", "application/json")
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .POST(HttpRequest.BodyPublishers.ofString(chatBody(content))).build();
  }

  /** What a request is billed that the stop of its gateway has cut off. */
  private UsageRow interrupted(Account account, HttpRequest request) throws Exception {
    var first = HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    try {
      await().pollDelay(Duration.ofMillis(200)).atMost(SOON).until(() -> BACKEND.running() > 0);
      shutdown.stop();
      assertThat(first.get().statusCode()).isEqualTo(503);
    } finally {
      shutdown.start();
    }
    UsageRow part = lastUsage(account);
    assertThat(part.outputTokens()).isBetween(1L, 79L);
    return part;
  }

  private void assertThatItsRetryPaysTheRest(Account account, HttpRequest request, UsageRow part)
      throws Exception {
    HttpResponse<String> retry = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(retry.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(retry.body()).at("/usage/completion_tokens").longValue()).isEqualTo(80);
    assertThat(usage(account)).extracting(UsageRow::outcome).containsExactlyInAnyOrder("INTERRUPTED",
        "COMPLETED");
    assertThat(usage(account).stream().mapToLong(UsageRow::outputTokens).sum()).isEqualTo(80);
    assertThat(money(account)).isEqualTo(USD - part.inputTokens() * 3_000_000 - 80 * 6_000_000);
    assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo(retry.body());
    assertThat(usage(account)).hasSize(2);
  }

  private CompletableFuture<HttpResponse<Stream<String>>> stream(Account account, String content) {
    return HTTP.sendAsync(
        HttpRequest.newBuilder(uri("/v1/chat/completions"))
            .header("Authorization", "Bearer " + account.secret())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(streamBody(content))).build(),
        HttpResponse.BodyHandlers.ofLines());
  }

  private long checkpoints() {
    return jdbc.sql("SELECT count(*) FROM billing.checkpoint").query(Long.class).single();
  }
}
