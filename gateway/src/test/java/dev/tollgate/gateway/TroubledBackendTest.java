package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.routing.Backend;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.testing.StandInBackend;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** A backend whose model cannot generate for a while, since its GPU is out of memory, say (ADR 0026). */
class TroubledBackendTest extends ManagementTest {

  private static final String CHAT = "/v1/chat/completions";
  private static final String WHY = "CUDA out of memory. Give the KV cache less of it.";
  private static final String OTHER_MODEL = "untroubled";
  private static final Duration SOON = Duration.ofSeconds(10);

  private final StandInBackend troubled = StandInBackend.start();

  @Autowired
  MeterRegistry meters;

  @BeforeEach
  void follow() {
    follow(troubled);
  }

  @AfterEach
  void close() {
    backends.remove(troubled.address());
    troubled.close();
  }

  private void follow(StandInBackend backend) {
    backends.add(backend.address());
    await().atMost(SOON).until(() -> isUp(backend));
  }

  private boolean isUp(StandInBackend backend) {
    return backends.all().stream().anyMatch(each -> each.address().equals(backend.address()) && each.isUp());
  }

  private void fallIntoTrouble() {
    troubled.fallIntoTrouble(WHY);
    await().atMost(SOON).until(() -> !isUp(troubled));
  }

  private void recover() {
    troubled.recover();
    await().atMost(SOON).until(() -> isUp(troubled));
  }

  private double gauge(String name) {
    return meters.get(name).tag("backend", troubled.address()).gauge().value();
  }

  private List<String> servedBy(Account account) {
    return jdbc.sql("SELECT DISTINCT backend FROM billing.usage WHERE tenant_id = ?")
        .param(account.tenant().value()).query(String.class).list();
  }

  private CompletableFuture<HttpResponse<String>> stream(Account account, String content) {
    return HTTP.sendAsync(
        HttpRequest.newBuilder(uri(CHAT)).header("Authorization", "Bearer " + account.secret())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(streamBody(content))).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void othersOfItsPoolServeAllThatComesAndTheOperatorIsToldWhy() throws Exception {
    Account account = paying(USD);
    fallIntoTrouble();
    for (int i = 0; i < 20; i++) {
      assertThat(post(account.secret(), CHAT, chatBody("hello " + i)).statusCode()).isEqualTo(200);
    }
    assertThat(servedBy(account)).containsExactly(BACKEND.address());
    assertThat(gauge("tollgate.backend.up")).isZero();
    await().atMost(SOON).until(() -> gauge("tollgate.backend.troubled") == 1);
    String token = operator(OperatorRole.SUPPORT);
    JsonNode card = body(call(token, "GET", "/backends/" + troubled.address(), null), 200);
    assertThat(card.path("up").booleanValue()).isFalse();
    assertThat(card.toString()).contains(WHY);
    recover();
    await().atMost(SOON).until(() -> gauge("tollgate.backend.troubled") == 0);
  }

  @Test
  void whereItIsTheOnlyOneItsModelIsUnavailableOtherPoolsServeAndWhatRunsGoesOn() throws Exception {
    Account account = paying(USD);
    Account running = paying(USD);
    try (var other = StandInBackend.serving(OTHER_MODEL)) {
      follow(other);
      backends.remove(BACKEND.address());
      CompletableFuture<HttpResponse<String>> begun = stream(running, "hello delay=20 out=30");
      await().atMost(SOON).until(() -> troubled.running() == 1);
      fallIntoTrouble();
      HttpResponse<String> refused = post(account.secret(), CHAT, chatBody("hello"));
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.body()).contains("no_backend");
      assertThat(lastUsage(account)).satisfies(row -> {
        assertThat(row.outcome()).isEqualTo("BACKEND_FAILED");
        assertThat(row.amountPico()).isZero();
      });
      assertThat(post(account.secret(), CHAT, chatBody("hello").replace(StandInBackend.MODEL, OTHER_MODEL))
          .statusCode()).isEqualTo(200);
      assertThat(begun.get().body()).contains("w29").contains("[DONE]");
      assertThat(lastUsage(running).outputTokens()).isEqualTo(30);
      recover();
      assertThat(post(account.secret(), CHAT, chatBody("hello")).statusCode()).isEqualTo(200);
    } finally {
      backends.add(BACKEND.address());
      backends.all().stream().map(Backend::address).filter(address -> !address.equals(BACKEND.address()))
          .forEach(backends::remove);
      await().atMost(SOON).until(() -> isUp(BACKEND));
    }
  }
}
