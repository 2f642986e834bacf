package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.testing.StandInBackend;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Money rule 6: what the operator's side fails to answer costs nothing and shows in the usage. */
class BackendFailureTest extends GatewayTest {

  @Autowired
  CircuitBreakerRegistry breakers;

  @Test
  void aBackendThatDiesMidAnswerLeadsTo503AndAnAmountOfZero() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions", chatBody("hello fail=5"));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
    assertThat(lastUsage(account)).satisfies(row -> {
      assertThat(row.outcome()).isEqualTo("BACKEND_FAILED");
      assertThat(row.amountPico()).isZero();
      assertThat(row.outputTokens()).isEqualTo(5);
    });
    assertThat(money(account)).isEqualTo(USD);
  }

  @Test
  void aStreamThatBreaksEndsWithAnErrorEventAndWithoutDone() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        streamBody("hello delay=5 fail=5"));
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode last = chunks(response.body()).getLast();
    assertThat(last.at("/error/code").stringValue()).isEqualTo("no_backend");
    assertThat(response.body()).doesNotContain("[DONE]");
    assertThat(lastUsage(account).amountPico()).isZero();
  }

  @Test
  void aFullQueueIs503WithRetryAfterAndShowsInTheUsageWithNothingToPay() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions", chatBody("hello full=1"));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
    assertThat(response.body()).contains("overloaded");
    assertThat(lastUsage(account)).satisfies(row -> {
      assertThat(row.outcome()).isEqualTo("BACKEND_FAILED");
      assertThat(row.amountPico()).isZero();
    });
    assertThat(money(account)).isEqualTo(USD);
  }

  /** A server behind a backend says so only once it is to generate, when the prompt has long been counted. */
  @Test
  void aRequestThatTheModelsServerRefusesIs400WithItsReasonAndSaysNothingAgainstTheBackend()
      throws Exception {
    Account account = paying(USD);
    int failures = failures();
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        streamBody("hello refuse=1"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("invalid_request_error", "the model's server refuses the request");
    assertThat(failures()).isLessThanOrEqualTo(failures);
    assertThat(lastUsage(account)).satisfies(row -> {
      assertThat(row.outcome()).isEqualTo("REQUEST_REFUSED");
      assertThat(row.amountPico()).isZero();
      assertThat(row.outputTokens()).isZero();
    });
    assertThat(money(account)).isEqualTo(USD);
  }

  @Test
  void aModelsServerThatHasTooMuchToDoIs503WithRetryAfterAndSaysNothingAgainstTheBackend() throws Exception {
    Account account = paying(USD);
    int failures = failures();
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        chatBody("hello refuse=2"));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
    assertThat(response.body()).contains("overloaded");
    assertThat(failures()).isLessThanOrEqualTo(failures);
    assertThat(lastUsage(account).outcome()).isEqualTo("BACKEND_FAILED");
    assertThat(money(account)).isEqualTo(USD);
  }

  /** What the breaker holds against the backend. */
  private int failures() {
    return breakers.circuitBreaker(BACKEND.address()).getMetrics().getNumberOfFailedCalls();
  }

  @Test
  void aBackendThatSendsMoreThanItWasGrantedIsNotPaidForIt() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        chatBody("hello excess=100 batch=200 out=200"));
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(money(account)).isEqualTo(USD);
  }

  @Test
  void aBackendThatGoesAndComesBackIsNoticedBothTimes() throws Exception {
    Account account = paying(USD);
    var second = StandInBackend.start();
    backends.add(second.address());
    backends.remove(BACKEND.address());
    try {
      await().atMost(Duration.ofSeconds(5)).until(backends::anyUp);
      int secondsPort = Integer.parseInt(second.address().substring(second.address().indexOf(':') + 1));
      second.close();
      await().atMost(Duration.ofSeconds(2))
          .untilAsserted(
              () -> assertThat(post(account.secret(), "/v1/chat/completions", chatBody("hello")).statusCode())
                  .isEqualTo(503));
      assertThat(lastUsage(account).outcome()).isEqualTo("BACKEND_FAILED");
      second = StandInBackend.start(secondsPort);
      await().atMost(Duration.ofSeconds(5))
          .untilAsserted(
              () -> assertThat(post(account.secret(), "/v1/chat/completions", chatBody("hello")).statusCode())
                  .isEqualTo(200));
    } finally {
      backends.add(BACKEND.address());
      backends.remove(second.address());
      second.close();
    }
  }
}
