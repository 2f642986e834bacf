package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.Limits.Subject;
import dev.tollgate.tenants.RateLimits;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Requests, tokens and places: what is let in, what is refused, and what either is told. */
class RateLimitScenarios extends GatewayTest {

  private static final String CHAT = "/v1/chat/completions";

  @Autowired
  Limits limits;

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(delimiter = '|', textBlock = """
      key     | requests per minute | 2 |     |   | 2 | requests | this API key
      project | requests per minute | 2 |     |   | 2 | requests | the project of this API key
      tenant  | requests per minute | 2 |     |   | 2 | requests | your organisation
      key     | tokens per minute   |   | 100 |   | 2 | tokens   | this API key
      tenant  | tokens per minute   |   | 100 |   | 2 | tokens   | your organisation
      """)
  void theRequestAfterTheLastThatIsAllowedIsToldWhichLimitAndHowLong(String level, String unit,
      @Nullable Long requests, @Nullable Long tokens, @Nullable Long slots, int allowed, String type,
      String whose) throws Exception {
    Account account = account(USD);
    limits.set(subject(level, account), new RateLimits(requests, tokens, slots));
    for (int i = 0; i < allowed; i++) {
      // 4 tokens in, a window of 64 ahead, 16 come out: 20 of 100 are used by each.
      assertThat(post(account.secret(), CHAT, chatBody("one two three four")).statusCode()).isEqualTo(200);
    }
    HttpResponse<String> refused = post(account.secret(), CHAT, chatBody("one two three four"));
    assertThat(refused.statusCode()).isEqualTo(429);
    JsonNode error = JSON.readTree(refused.body()).path("error");
    assertThat(error.path("type").stringValue()).isEqualTo(type);
    assertThat(error.path("code").stringValue()).isEqualTo("rate_limit_exceeded");
    assertThat(error.path("param").isNull()).isTrue();
    assertThat(error.path("message").stringValue()).contains(whose).contains(unit).contains("Try again in ");
    assertThat(Integer.parseInt(header(refused, "Retry-After"))).isBetween(30, 60);
    assertThat(header(refused, "x-ratelimit-limit-" + type)).isEqualTo(tokens == null ? "2" : "100");
    assertThat(header(refused, "x-ratelimit-remaining-" + type)).isEqualTo(tokens == null ? "0" : "60");
    assertThat(header(refused, "x-ratelimit-reset-" + type)).matches("1m0s|[3-5][0-9]s");
    assertThat(usage(account)).hasSize(allowed);
  }

  @Test
  void everyAnswerTellsWhatIsLeftOfTheTightestLimits() throws Exception {
    Account account = account(USD);
    limits.set(subject("key", account), new RateLimits(50L, 10_000L, null));
    limits.set(subject("tenant", account), new RateLimits(10L, 20_000L, null));
    HttpResponse<String> whole = post(account.secret(), CHAT, chatBody("one two three four"));
    assertThat(header(whole, "x-ratelimit-limit-requests")).isEqualTo("10");
    assertThat(header(whole, "x-ratelimit-remaining-requests")).isEqualTo("9");
    assertThat(header(whole, "x-ratelimit-reset-requests")).matches("1m0s|5[0-9]s");
    assertThat(header(whole, "x-ratelimit-limit-tokens")).isEqualTo("10000");
    assertThat(header(whole, "x-ratelimit-remaining-tokens")).isEqualTo("9932");
    HttpResponse<String> stream = post(account.secret(), CHAT, streamBody("one two three four"));
    assertThat(header(stream, "x-ratelimit-remaining-requests")).isEqualTo("8");
    assertThat(header(stream, "x-ratelimit-remaining-tokens")).isEqualTo("9912");
  }

  @Test
  void aCallerWithoutLimitsIsToldNothing() throws Exception {
    HttpResponse<String> response = post(account(USD).secret(), CHAT, chatBody("hello"));
    assertThat(response.headers().map().keySet()).noneMatch(name -> name.startsWith("x-ratelimit"));
  }

  @Test
  void aRequestThatCanNeverFitIsToldSoAndNotToTryAgain() throws Exception {
    Account account = account(USD);
    limits.set(subject("key", account), new RateLimits(null, 60L, null));
    HttpResponse<String> refused = post(account.secret(), CHAT, chatBody("one two three four"));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("too large").contains("needs 68").contains("limit is 60");
    assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
    assertThat(header(refused, "x-should-retry")).isEqualTo("false");
    String shorter = chatBody("one two three four").replaceFirst("\\{", "{\"max_tokens\":10,");
    assertThat(post(account.secret(), CHAT, shorter).statusCode()).isEqualTo(200);
  }

  @Test
  void onlySoManyRunAtOneTimeAndTheNextComesInWhenOneIsOver() throws Exception {
    Account account = account(USD);
    limits.set(subject("project", account), new RateLimits(null, null, 1L));
    int running = BACKEND.running();
    CompletableFuture<HttpResponse<String>> first = CompletableFuture.supplyAsync(() -> {
      try {
        return post(account.secret(), CHAT, chatBody("delay=20 out=50"));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
    await().until(() -> BACKEND.running() > running);
    HttpResponse<String> refused = post(account.secret(), CHAT, chatBody("hello"));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("concurrent requests").contains("\"type\":\"requests\"");
    assertThat(header(refused, "Retry-After")).isEqualTo("1");
    assertThat(first.get().statusCode()).isEqualTo(200);
    assertThat(post(account.secret(), CHAT, chatBody("hello")).statusCode()).isEqualTo(200);
  }

  @Test
  void aStreamIsNeverCutForARateLimitButTheNextRequestWaitsForWhatItTook() throws Exception {
    Account account = account(USD);
    limits.set(subject("key", account), new RateLimits(null, 200L, null));
    HttpResponse<String> stream = post(account.secret(), CHAT, streamBody("one two out=1500"));
    assertThat(chunks(stream.body()).getLast().at("/usage/completion_tokens").intValue()).isEqualTo(1500);
    HttpResponse<String> refused = post(account.secret(), CHAT, chatBody("one two"));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(header(refused, "x-ratelimit-remaining-tokens")).isEqualTo("0");
  }

  @Test
  void aRequestThatFundsRefuseCountsAsOneButUsesNoTokens() throws Exception {
    Account account = paying(1);
    limits.set(subject("key", account), new RateLimits(2L, 1_000L, null));
    post(account.secret(), CHAT, chatBody("one two three four"));
    HttpResponse<String> second = post(account.secret(), CHAT, chatBody("one two three four"));
    assertThat(second.statusCode()).isEqualTo(402);
    assertThat(header(second, "x-ratelimit-remaining-requests")).isEqualTo("0");
    assertThat(header(second, "x-ratelimit-remaining-tokens")).isEqualTo("932");
    assertThat(post(account.secret(), CHAT, chatBody("one two")).statusCode()).isEqualTo(429);
  }

  @Test
  void aRequestThatTheModelsServerRefusesCountsAsOneButUsesNoTokens() throws Exception {
    Account account = account(USD);
    limits.set(subject("key", account), new RateLimits(2L, 1_000L, null));
    assertThat(post(account.secret(), CHAT, chatBody("one two three refuse=1")).statusCode()).isEqualTo(400);
    HttpResponse<String> second = post(account.secret(), CHAT, chatBody("one two three four"));
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(header(second, "x-ratelimit-remaining-requests")).isEqualTo("0");
    assertThat(header(second, "x-ratelimit-remaining-tokens")).isEqualTo("932");
  }

  @Test
  void whatFailsOnOurSideCountsForNothing() throws Exception {
    Account account = account(USD);
    limits.set(subject("key", account), new RateLimits(1L, 1_000L, null));
    assertThat(post(account.secret(), CHAT, chatBody("hello full=1")).statusCode()).isEqualTo(503);
    assertThat(post(account.secret(), CHAT, chatBody("hello fail=3")).statusCode()).isEqualTo(503);
    HttpResponse<String> answered = post(account.secret(), CHAT, chatBody("one two three four"));
    assertThat(answered.statusCode()).isEqualTo(200);
    assertThat(header(answered, "x-ratelimit-remaining-tokens")).isEqualTo("932");
  }

  @Test
  void aLimitThatIsLiftedIsGoneAtOnce() throws Exception {
    Account account = account(USD);
    limits.set(subject("key", account), new RateLimits(1L, null, null));
    assertThat(post(account.secret(), CHAT, chatBody("hello")).statusCode()).isEqualTo(200);
    assertThat(post(account.secret(), CHAT, chatBody("hello")).statusCode()).isEqualTo(429);
    limits.set(subject("key", account), RateLimits.NONE);
    assertThat(post(account.secret(), CHAT, chatBody("hello")).statusCode()).isEqualTo(200);
  }

  @Test
  void aLimitSetBehindTheGatewaysBackCountsWithinASecond() throws Exception {
    Account account = account(USD);
    jdbc.sql("INSERT INTO tenants.rate_limit (tenant_id, requests_per_minute) VALUES (?, 7)")
        .param(account.tenant().value()).update();
    await().atMost(Duration.ofSeconds(1)).until(
        () -> !limits.of(new Subject.OfTenant(account.tenant())).isNone());
    assertThat(header(post(account.secret(), CHAT, chatBody("hello")), "x-ratelimit-limit-requests"))
        .isEqualTo("7");
  }

  private static Subject subject(String level, Account account) {
    return switch (level) {
      case "key" -> new Subject.OfKey(account.tenant(), account.key());
      case "project" -> new Subject.OfProject(account.tenant(), account.project().id());
      default -> new Subject.OfTenant(account.tenant());
    };
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElseThrow();
  }
}
