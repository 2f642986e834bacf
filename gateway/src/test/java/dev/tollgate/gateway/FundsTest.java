package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Money;
import dev.tollgate.testing.StandInBackend;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

class FundsTest extends GatewayTest {

  private static final long PER_INPUT = 3_000_000;
  private static final long PER_OUTPUT = 6_000_000;

  @Autowired
  Budgets budgets;

  @Test
  void anAnswerEndsCleanlyWhereTheFundsEndAndSpendsThemToTheLastToken() throws Exception {
    Account account = paying(3 * PER_INPUT + 100 * PER_OUTPUT);
    List<JsonNode> chunks = chunks(
        post(account.secret(), "/v1/chat/completions", streamBody("three words out=5000")).body());
    JsonNode end = chunks.get(chunks.size() - 2);
    assertThat(end.at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
    assertThat(chunks.getLast().at("/usage/completion_tokens").intValue()).isEqualTo(100);
    assertThat(chunks.getLast().at("/tollgate/stopped_by").stringValue()).isEqualTo("insufficient_balance");
    assertThat(money(account)).isZero();
    assertThat(lastUsage(account).outcome()).isEqualTo("FUNDS_EXHAUSTED");
  }

  @Test
  void withoutFundsForOneTokenTheAnswerIs402AndNothingRuns() throws Exception {
    Account account = paying(3 * PER_INPUT + PER_OUTPUT - 1);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        chatBody("three words out=1"));
    assertThat(response.statusCode()).isEqualTo(402);
    assertThat(JSON.readTree(response.body()).at("/error/code").stringValue())
        .isEqualTo("insufficient_balance");
  }

  @Test
  void anAnswerEndsCleanlyWhereTheBudgetOfItsKeyEndsAndSaysSo() throws Exception {
    Account account = capped(3 * PER_INPUT + 100 * PER_OUTPUT);
    List<JsonNode> chunks = chunks(
        post(account.secret(), "/v1/chat/completions", streamBody("three words out=5000")).body());
    assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").stringValue())
        .isEqualTo("length");
    assertThat(chunks.getLast().at("/usage/completion_tokens").intValue()).isEqualTo(100);
    assertThat(chunks.getLast().at("/tollgate/stopped_by").stringValue()).isEqualTo("budget_exceeded");
    assertThat(spent(account)).isEqualTo(3 * PER_INPUT + 100 * PER_OUTPUT);
  }

  @Test
  void pastTheBudgetOfItsKeyARequestIs402AndNothingRunsWhateverTheBalance() throws Exception {
    Account account = capped(3 * PER_INPUT + PER_OUTPUT);
    assertThat(post(account.secret(), "/v1/chat/completions", chatBody("three words out=1")).statusCode())
        .isEqualTo(200);
    HttpResponse<String> refused = post(account.secret(), "/v1/chat/completions",
        chatBody("three words out=1"));
    assertThat(refused.statusCode()).isEqualTo(402);
    assertThat(JSON.readTree(refused.body()).at("/error/code").stringValue()).isEqualTo("budget_exceeded");
    assertThat(usage(account)).hasSize(1);
    assertThat(money(account)).isEqualTo(USD - 3 * PER_INPUT - PER_OUTPUT);
  }

  /** A tenant with a dollar, whose key may spend less. */
  private Account capped(long capPico) {
    Account account = paying(USD);
    assertThat(budgets.set(account.tenant(), new Budgets.Subject.OfKey(account.key()),
        new Money("USD", BigInteger.valueOf(capPico)))).isInstanceOf(Budgets.Change.Changed.class);
    return account;
  }

  @Test
  void aHugeTokenLimitBlocksNoFunds() throws Exception {
    Account account = paying(1_000 * PER_OUTPUT);
    String body = JSON
        .writeValueAsString(Map.of("model", StandInBackend.MODEL, "max_tokens", 90_000, "messages",
            List.of(Map.of("role", "user", "content", "out=10 delay=20"))));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = IntStream.range(0, 8)
          .mapToObj(
              i -> threads.submit(() -> post(account.secret(), "/v1/chat/completions", body).statusCode()))
          .toList();
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(200);
      }
    }
  }

  @Test
  void concurrentRequestsNeverSpendMoreThanThereIsAndLeaveNothingHeld() throws Exception {
    long funds = 1_000 * PER_OUTPUT;
    Account account = paying(funds);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 60; i++) {
        var _ = threads
            .submit(() -> post(account.secret(), "/v1/chat/completions", chatBody("out=100 batch=7")));
      }
    }
    assertThat(spent(account)).isBetween(funds / 2, funds);
    assertThat(money(account)).isEqualTo(funds - spent(account));
    // Whatever the crowd left is there for the next request, to the last whole token: no hold is stuck.
    post(account.secret(), "/v1/chat/completions", chatBody("out=5000"));
    assertThat(money(account)).isBetween(0L, PER_INPUT + PER_OUTPUT - 1);
  }

  private long spent(Account account) {
    return usage(account).stream().mapToLong(UsageRow::amountPico).sum();
  }
}
