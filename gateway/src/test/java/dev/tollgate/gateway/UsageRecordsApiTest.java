package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Scope;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A request's record is found by the id that its answer bore, by those whose request it was. */
class UsageRecordsApiTest extends ManagementTest {

  private static String path(Account account, String request) {
    return "/tenants/" + account.tenant() + "/usage-records/" + request;
  }

  private static String id(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.headers().firstValue("x-request-id").orElseThrow();
  }

  @Test
  void theKeyThatAskedReadsWhatItsRequestCost() throws Exception {
    Account account = paying(USD);
    HttpResponse<String> answer = post(account.secret(), "/v1/chat/completions", chatBody("hello out=4"));
    String request = id(answer);
    JsonNode billed = JSON.readTree(answer.body());
    JsonNode record = body(get(account.secret(), "/v1/usage/" + request), 200);
    assertThat(record.path("id").stringValue()).isEqualTo(request);
    assertThat(record.path("outcome").stringValue()).isIn("completed", "length");
    assertThat(record.path("completion_tokens")).isEqualTo(billed.at("/usage/completion_tokens"));
    assertThat(record.path("cost")).isEqualTo(billed.at("/tollgate/cost"));
    BigDecimal drawn = record.path("draws").valueStream().map(draw -> {
      BigDecimal cost = new BigDecimal(draw.path("cost").stringValue());
      assertThat(draw.path("source").stringValue()).isEqualTo("money");
      assertThat(draw.path("pack").isNull()).isTrue();
      assertThat(new BigDecimal(draw.path("cost_each").stringValue())
          .multiply(BigDecimal.valueOf(draw.path("tokens").longValue()))).isEqualByComparingTo(cost);
      return cost;
    }).reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(drawn).isPositive().isEqualByComparingTo(record.path("cost").stringValue());
  }

  @Test
  void otherKeysFindNoRecordAndAreToldWhatToGive() throws Exception {
    Account account = paying(USD);
    String request = id(post(account.secret(), "/v1/chat/completions", chatBody("hello out=1")));
    String beside = keys
        .issue(account.tenant(), account.project().id(), "beside", EnumSet.of(Scope.USAGE), null).secret();
    for (String secret : new String[]{beside, paying(USD).secret()}) {
      JsonNode refused = body(get(secret, "/v1/usage/" + request), 404);
      assertThat(refused.at("/error/code").stringValue()).isEqualTo("request_not_found");
      assertThat(refused.at("/error/message").stringValue()).contains("x-request-id", request);
    }
    for (String none : new String[]{"x", UUID.randomUUID().toString(),
        account.tenant().toString()}) {
      body(get(account.secret(), "/v1/usage/" + none), 404);
    }
    String blind = keys
        .issue(account.tenant(), account.project().id(), "blind", EnumSet.of(Scope.GENERATE), null).secret();
    body(get(blind, "/v1/usage/" + request), 403);
  }

  @Test
  void peopleReadRecordsOfTheirOrganisationAndOnlyTheOperatorTheBackend() throws Exception {
    Account account = paying(USD);
    String request = id(post(account.secret(), "/v1/chat/completions", chatBody("hello out=2")));
    JsonNode own = body(
        call(member(account.tenant(), MemberRole.VIEWER), "GET", path(account, request), null),
        200);
    assertThat(own.path("key").stringValue()).isEqualTo(account.key().toString());
    assertThat(own.path("backend").isNull()).isTrue();
    assertThat(own.path("draws").valueStream().map(draw -> draw.at("/amount/amount").stringValue())
        .map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add))
        .isEqualByComparingTo(own.at("/amount/amount").stringValue());
    String tag = etag(call(operator(OperatorRole.AUDITOR), "GET", path(account, request), null));
    assertThat(call(operator(OperatorRole.AUDITOR), "GET", path(account, request), null, "If-None-Match", tag)
        .statusCode()).isEqualTo(304);
    String price = own.at("/draws/0/price").stringValue();
    JsonNode version = body(call(operator(OperatorRole.SUPPORT), "GET", "/prices/" + price, null), 200);
    assertThat(own.at("/draws/0/perMillionTokens")).isEqualTo(version.path("perMillionTokens"));
    assertThat(body(call(operator(OperatorRole.SUPPORT), "GET", path(account, request), null), 200)
        .path("backend").stringValue()).isNotEmpty();
    Account other = paying(USD);
    body(call(member(other.tenant(), MemberRole.OWNER), "GET", path(other, request), null), 404);
    body(call(operator(OperatorRole.ADMIN), "GET", path(account, "x"), null), 404);
  }
}
