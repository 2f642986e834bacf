package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.testing.StandInBackend;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Requests over several backends, through the whole gateway. */
class RoutingTest extends GatewayTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @Autowired
  MeterRegistry meters;

  @Test
  void whereAllPlacesAreTakenOthersWaitTheirTurnAndAreAnswered() throws Exception {
    Account account = paying(USD);
    try (var narrow = StandInBackend.withSlots(1)) {
      onlyOn(narrow, () -> {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          answers.add(send(account, chatBody("wait delay=20 out=10")));
        }
        // One slot, and two more on their way to it.
        await().atMost(SOON).until(() -> narrow.running() == 3
            && meters.get("tollgate.pool.waiting").gauge().value() > 0);
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
          assertThat(answer.get().statusCode()).isEqualTo(200);
        }
      });
    }
    assertThat(usage(account)).hasSize(10)
        .allSatisfy(row -> assertThat(row.outcome()).isEqualTo("COMPLETED"));
  }

  @Test
  void aTenantWithTooManyWaitingGets429WithRetryAfterAndIsNotBilled() throws Exception {
    Account account = paying(USD);
    Account other = paying(USD);
    try (var narrow = StandInBackend.withSlots(1)) {
      onlyOn(narrow, () -> {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          answers.add(send(account, chatBody("wait delay=60 out=10")));
        }
        CompletableFuture<HttpResponse<String>> others = send(other, chatBody("mine"));
        List<HttpResponse<String>> responses = answers.stream().map(CompletableFuture::join).toList();
        List<HttpResponse<String>> refused = responses.stream().filter(each -> each.statusCode() == 429)
            .toList();
        assertThat(refused).isNotEmpty().allSatisfy(each -> {
          assertThat(each.headers().firstValue("Retry-After")).isPresent();
          assertThat(each.body()).contains("too_many_waiting");
        });
        assertThat(responses.stream().filter(each -> each.statusCode() == 200)).hasSize(20 - refused.size());
        assertThat(usage(account)).hasSize(20 - refused.size());
        assertThat(others.get().statusCode()).isEqualTo(200);
      });
    }
  }

  @Test
  void anAliasIsAnsweredPricedAndListedAsItsModel() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        chatBody("hello out=4").replace("\"" + StandInBackend.MODEL + "\"", "\"quick\""));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(lastUsage(account).amountPico()).isPositive();
    assertThat(get(account.secret(), "/v1/models").body()).contains("\"quick\"");
    assertThat(get(account.secret(), "/v1/models/quick").statusCode()).isEqualTo(200);
    assertThat(post(account.secret(), "/v1/chat/completions",
        chatBody("hello").replace("\"" + StandInBackend.MODEL + "\"", "\"private\"")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void breakersBulkheadsRetriesAndTimeLimitsShowInTheMetrics() throws Exception {
    Account account = paying(USD);
    assertThat(post(account.secret(), "/v1/chat/completions", chatBody("hello")).statusCode()).isEqualTo(200);
    assertThat(meters.get("resilience4j.circuitbreaker.calls").tag("name", BACKEND.address()).meters())
        .isNotEmpty();
    assertThat(meters.get("resilience4j.bulkhead.available.concurrent.calls").tag("name", BACKEND.address())
        .gauge().value()).isPositive();
    assertThat(meters.get("resilience4j.retry.calls").tag("name", "first-token").meters()).isNotEmpty();
    assertThat(meters.get("resilience4j.timelimiter.calls").tag("name", "first-token").meters()).isNotEmpty();
    assertThat(meters.get("tollgate.backend.up").tag("backend", BACKEND.address()).gauge().value())
        .isEqualTo(1);
  }

  /** Something to try while one backend has all requests. */
  private interface Trial {
    void run() throws Exception;
  }

  private void onlyOn(StandInBackend backend, Trial trial) throws Exception {
    backends.add(backend.address());
    await().atMost(SOON).until(() -> backends.countUp() == 2);
    backends.remove(BACKEND.address());
    try {
      trial.run();
    } finally {
      backends.add(BACKEND.address());
      backends.remove(backend.address());
      await().atMost(SOON).until(backends::anyUp);
    }
  }

  private CompletableFuture<HttpResponse<String>> send(Account account, String body) {
    return HTTP.sendAsync(
        HttpRequest.newBuilder(uri("/v1/chat/completions"))
            .header("Authorization", "Bearer " + account.secret())
            .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
