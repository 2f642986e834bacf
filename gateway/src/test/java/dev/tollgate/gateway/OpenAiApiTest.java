package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.StandInBackend;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenAiApiTest extends GatewayTest {

  @Test
  void aChatCompletionTellsWhatItUsedAndWhatItCost() throws Exception {
    Account account = paying(5 * USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        chatBody("four words out=20 here"));
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode body = JSON.readTree(response.body());
    assertThat(body.path("object").stringValue()).isEqualTo("chat.completion");
    assertThat(body.at("/choices/0/message/content").stringValue()).startsWith("w0 w1").endsWith("w19");
    assertThat(body.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
    assertThat(body.at("/usage/prompt_tokens").intValue()).isEqualTo(4);
    assertThat(body.at("/usage/completion_tokens").intValue()).isEqualTo(20);
    // 4 × $0.000003 + 20 × $0.000006
    assertThat(body.at("/tollgate/cost").stringValue()).isEqualTo("0.000132");
    assertThat(lastUsage(account)).satisfies(row -> {
      assertThat(row.amountPico()).isEqualTo(132_000_000);
      assertThat(row.requestId()).hasToString(response.headers().firstValue("x-request-id").orElseThrow());
    });
  }

  @Test
  void theFreeAllowanceIsDrawnFirst() throws Exception {
    Account account = account(USD);
    JsonNode body = JSON
        .readTree(post(account.secret(), "/v1/chat/completions", chatBody("one two out=8")).body());
    assertThat(body.at("/tollgate/cost").stringValue()).isEqualTo("0");
    assertThat(body.at("/tollgate/free_tokens").intValue()).isEqualTo(11);
    assertThat(money(account)).isEqualTo(USD);
  }

  @Test
  void cachedPromptTokensArePartOfThePromptAndCostATenth() throws Exception {
    Account account = paying(USD);
    JsonNode body = JSON.readTree(
        post(account.secret(), "/v1/chat/completions", chatBody("a b c d e f g h cached=6 out=1")).body());
    assertThat(body.at("/usage/prompt_tokens").intValue()).isEqualTo(10);
    assertThat(body.at("/usage/prompt_tokens_details/cached_tokens").intValue()).isEqualTo(6);
    // 4 × 3 + 6 × 0.3 + 1 × 6 millionths
    assertThat(body.at("/tollgate/cost").stringValue()).isEqualTo("0.0000198");
  }

  @Test
  void aStreamEndsWithItsUsageAndDone() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> response = post(account.secret(), "/v1/chat/completions",
        streamBody("two words out=100"));
    assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
    List<JsonNode> chunks = chunks(response.body());
    assertThat(chunks.getFirst().at("/choices/0/delta/role").stringValue()).isEqualTo("assistant");
    var text = new StringBuilder();
    chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asString("")));
    assertThat(text.toString().split(" ")).hasSize(100);
    assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
    assertThat(chunks.getLast().path("choices")).isEmpty();
    assertThat(chunks.getLast().at("/usage/completion_tokens").intValue()).isEqualTo(100);
    assertThat(response.body()).endsWith("data: [DONE]\n\n");
    assertThat(lastUsage(account).outputTokens()).isEqualTo(100);
  }

  @Test
  void severalChoicesPayTheirPromptOnce() throws Exception {
    Account account = paying(USD);
    String request = JSON.writeValueAsString(Map.of("model", StandInBackend.MODEL, "n", 3, "messages",
        List.of(Map.of("role", "user", "content", "five words are in here out=7"))));
    JsonNode body = JSON.readTree(post(account.secret(), "/v1/chat/completions", request).body());
    assertThat(body.path("choices")).hasSize(3);
    assertThat(body.at("/usage/prompt_tokens").intValue()).isEqualTo(6);
    assertThat(body.at("/usage/completion_tokens").intValue()).isEqualTo(21);
  }

  @Test
  void aCompletionTakesSeveralPromptsAndStopsAtSixteenTokensByDefault() throws Exception {
    Account account = paying(USD);
    String request = JSON.writeValueAsString(
        Map.of("model", StandInBackend.MODEL, "prompt", List.of("first out=50", "the second out=3")));
    JsonNode body = JSON.readTree(post(account.secret(), "/v1/completions", request).body());
    assertThat(body.path("object").stringValue()).isEqualTo("text_completion");
    assertThat(body.at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
    assertThat(body.at("/choices/1/text").stringValue()).isEqualTo("w0 w1 w2");
    assertThat(body.at("/choices/1/finish_reason").stringValue()).isEqualTo("stop");
    assertThat(body.at("/usage/prompt_tokens").intValue()).isEqualTo(5);
    assertThat(body.at("/usage/completion_tokens").intValue()).isEqualTo(19);
  }

  @Test
  void aKeySeesItsOwnUsageAndItsTenantsBalance() throws Exception {
    Account account = paying(USD);
    Account other = paying(USD);
    post(account.secret(), "/v1/chat/completions", chatBody("one out=10"));
    post(other.secret(), "/v1/chat/completions", chatBody("other out=99"));
    JsonNode usage = JSON.readTree(get(account.secret(), "/v1/usage").body());
    long output = usage(account).stream().mapToLong(UsageRow::outputTokens).sum();
    assertThat(usage.at("/data/0/completion_tokens").longValue()).isEqualTo(output);
    assertThat(usage.path("data")).hasSize(1);
    JsonNode balance = JSON.readTree(get(account.secret(), "/v1/balance").body());
    long spent = usage(account).stream().mapToLong(UsageRow::amountPico).sum();
    assertThat(new BigDecimal(balance.path("balance").stringValue()))
        .isEqualByComparingTo(BigDecimal.valueOf(USD - spent, 12));
  }

  @Test
  void modelsAreListedAndFoundByName() throws Exception {
    Account account = account(USD);
    JsonNode list = JSON.readTree(get(account.secret(), "/v1/models").body());
    assertThat(list.at("/data/0/id").stringValue()).isEqualTo(StandInBackend.MODEL);
    assertThat(get(account.secret(), "/v1/models/stand-in").statusCode()).isEqualTo(200);
    assertThat(get(account.secret(), "/v1/models/none").statusCode()).isEqualTo(404);
  }

  @Test
  void unknownFieldsAreTolerated() throws Exception {
    Account account = account(USD);
    String body = chatBody("hello out=2").replaceFirst("\\{",
        "{\"store\":true,\"metadata\":{\"a\":\"b\"},\"x\":[1],");
    assertThat(post(account.secret(), "/v1/chat/completions", body).statusCode()).isEqualTo(200);
  }
}
