package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Budgets.Subject;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.RateLimits;
import dev.tollgate.testing.ObservedDriver;
import dev.tollgate.testing.ObservedDriver.Question;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Between a request's arrival and its first token no statement goes to the database: neither is one sent for the request,
 * nor does it wait for one, which shows where all statements of the process are held back meanwhile.
 */
class FirstTokenTest extends GatewayTest {

  /** Threads of requests, and those that fetch for them. The others keep leases and watch prices at their own pace. */
  private static final Pattern OF_REQUESTS = Pattern.compile("tomcat-handler-.*|billing-\\d+|");
  private static final Duration LONGEST = Duration.ofSeconds(20);

  @Autowired
  Packs packs;

  @Autowired
  Budgets budgets;

  @Autowired
  Limits limits;

  @Autowired
  Contracts contracts;

  @Test
  void aTenantThatPaysByTheTokenWaitsForNoStatement() throws Exception {
    theFirstTokenOfAWarmTenantNeedsNoDatabase(paying(USD));
  }

  @Test
  void aTenantOnItsFreeAllowanceWaitsForNoStatement() throws Exception {
    theFirstTokenOfAWarmTenantNeedsNoDatabase(account(USD));
  }

  @Test
  void aTenantWithPacksWaitsForNoStatement() throws Exception {
    Account account = paying(USD);
    assertThat(packs.buy(account.tenant(), new Packs.Order(new Packs.Size.Tokens(1_000_000), "USD",
        Packs.Payment.RECORDED, "pack"))).isInstanceOf(Packs.Purchase.Bought.class);
    theFirstTokenOfAWarmTenantNeedsNoDatabase(account);
    assertThat(lastUsage(account).amountPico()).isZero();
  }

  @Test
  void aTenantWithBudgetsOfEveryKindWaitsForNoStatement() throws Exception {
    Account account = paying(USD);
    Money cap = new Money("USD", BigInteger.valueOf(USD / 2));
    for (Subject subject : List.of(new Subject.OfTenant(), new Subject.OfProject(account.project().id()),
        new Subject.OfKey(account.key()))) {
      assertThat(budgets.set(account.tenant(), subject, cap)).isInstanceOf(Budgets.Change.Changed.class);
    }
    everythingIsHeard();
    theFirstTokenOfAWarmTenantNeedsNoDatabase(account);
  }

  @Test
  void aTenantWithRateLimitsOfEveryKindWaitsForNoStatement() throws Exception {
    Account account = paying(USD);
    var enough = new RateLimits(1_000L, 1_000_000L, 50L);
    for (Limits.Subject subject : List.of(new Limits.Subject.OfTenant(account.tenant()),
        new Limits.Subject.OfProject(account.tenant(), account.project().id()),
        new Limits.Subject.OfKey(account.tenant(), account.key()))) {
      limits.set(subject, enough);
    }
    theFirstTokenOfAWarmTenantNeedsNoDatabase(account);
  }

  @Test
  void onlyATenantsFirstRequestAsksTheDatabaseBeforeItsFirstToken() throws Exception {
    Account account = paying(USD);
    try (var seen = ObservedDriver.observe()) {
      post(account.secret(), "/v1/chat/completions", chatBody("first out=1"));
      assertThat(ofRequests(seen)).as("the counter sees what there is to see").isNotEmpty();
    }
  }

  /**
   * Announcements come in the order in which they were made: once a later one was heard, a cap's recall was too. Else it
   * could come when the tenant is warm, and have what was leased for it given back.
   */
  private void everythingIsHeard() {
    paying(1);
  }

  private void theFirstTokenOfAWarmTenantNeedsNoDatabase(Account account) throws Exception {
    // What it was given reaches the gateway over the change feed, and is opened once more then.
    long given = jdbc.sql("SELECT COALESCE(max(revision), 0) FROM billing.terms WHERE tenant_id = ?")
        .param(account.tenant().value()).query(Long.class).single();
    await().atMost(LONGEST).until(() -> {
      Contract known = contracts.inForce(account.tenant(), Instant.now());
      return known != null && known.fundsRevision() >= given;
    });
    for (int i = 0; i < 3; i++) {
      assertThat(post(account.secret(), "/v1/chat/completions", chatBody("warm out=80")).statusCode())
          .isEqualTo(200);
    }
    int settled = usage(account).size();
    try (var reader = answerWhileTheDatabaseStandsStill(account)) {
      assertThat(reader.lines().toList()).contains("data: [DONE]");
    }
    await().atMost(LONGEST).until(() -> usage(account).size() == settled + 1);
    assertThat(lastUsage(account).outputTokens()).isEqualTo(20);
  }

  /** Streams an answer until its first token is here; what is left of it is read by the caller. */
  private BufferedReader answerWhileTheDatabaseStandsStill(Account account) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri("/v1/chat/completions"))
        .header("Authorization", "Bearer " + account.secret()).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(streamBody("warm out=20 delay=10"))).build();
    try (var database = ObservedDriver.holdBack()) {
      var answer = HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
      HttpResponse<InputStream> response;
      try {
        response = answer.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        throw new AssertionError("The answer waits for " + database.questions(), e);
      }
      assertThat(response.statusCode()).isEqualTo(200);
      var reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
      readToFirstToken(reader);
      assertThat(ofRequests(database)).isEmpty();
      return reader;
    }
  }

  private static void readToFirstToken(BufferedReader reader) throws IOException {
    String line = reader.readLine();
    while (line != null && !line.contains("\"content\":\"w")) {
      line = reader.readLine();
    }
    assertThat(line).as("the first token").isNotNull();
  }

  private static List<Question> ofRequests(ObservedDriver.Observation observation) {
    return observation.questions().stream()
        .filter(question -> OF_REQUESTS.matcher(question.thread()).matches()).toList();
  }
}
