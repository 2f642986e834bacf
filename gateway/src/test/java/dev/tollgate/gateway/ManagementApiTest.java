package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What one does with the management API, and the promises that all of its endpoints share. */
class ManagementApiTest extends ManagementTest {

  private String admin = "";

  @BeforeEach
  void admin() {
    admin = operator(OperatorRole.ADMIN);
  }

  @Test
  void aTenantIsSetUpFromNothingToAPaidAnswer() throws Exception {
    String tenant = contracted(admin);
    String path = "/tenants/" + tenant;
    JsonNode topUp = body(call(admin, "POST", path + "/top-ups",
        "{\"amount\":" + USD_AMOUNT.formatted("12.50") + ",\"reference\":\"wire-1\"}"), 201);
    assertThat(topUp.at("/amount/amount").stringValue()).isEqualTo("12.5");
    String project = body(call(admin, "POST", path + "/projects", "{\"name\":\"web\"}"), 201).path("id")
        .stringValue();
    String secret = body(call(admin, "POST", path + "/api-keys", key(project)), 201).path("secret")
        .stringValue();
    awaitAccepted(secret);
    assertThat(post(secret, "/v1/chat/completions", chatBody("one out=10")).statusCode()).isEqualTo(200);
    JsonNode usage = body(call(admin, "GET", path + "/usage?" + today(), null), 200);
    assertThat(usage.at("/data/0/outputTokens").longValue()).isEqualTo(10);
    assertThat(usage.at("/data/0/project").stringValue()).isEqualTo(project);
    JsonNode balance = body(call(admin, "GET", path + "/balance", null), 200);
    assertThat(balance.at("/balance/amount").stringValue()).isEqualTo("12.5");
    assertThat(balance.path("freeTokensLeft").longValue()).isLessThan(100_000);
  }

  @Test
  void aTopUpIsReceivedOncePerReference() throws Exception {
    String path = "/tenants/" + contracted(admin) + "/top-ups";
    String wanted = "{\"amount\":" + USD_AMOUNT.formatted("3") + ",\"reference\":\"again\"}";
    JsonNode first = body(call(admin, "POST", path, wanted), 201);
    assertThat(body(call(admin, "POST", path, wanted), 200)).isEqualTo(first);
    assertThat(body(call(admin, "GET", path, null), 200).path("data")).hasSize(1);
    assertThat(recorded(path.replace("top-ups", "audit-log"), "top-up.receive")).isEqualTo(1);
    body(call(admin, "POST", path, wanted.replace("\"3\"", "\"4\"")), 409);
  }

  private long recorded(String log, String action) throws Exception {
    return body(call(admin, "GET", log, null), 200).path("data").valueStream()
        .filter(entry -> entry.path("action").stringValue().equals(action)).count();
  }

  @Test
  void contractsFollowOneAnotherWithoutOverlapOrGap() throws Exception {
    String path = "/tenants/" + contracted(admin) + "/contracts";
    String next = Instant.now().plus(10, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString();
    String enterprise = """
        {"plan":"enterprise","currency":"USD","zone":"Europe/Zurich","committedTokensPerMonth":60000000,"from":"%s"}"""
        .formatted(next);
    JsonNode planned = body(call(admin, "POST", path, enterprise), 201);
    JsonNode all = body(call(admin, "GET", path, null), 200).path("data");
    assertThat(all.get(0).path("until").stringValue()).isEqualTo(next);
    assertThat(all.get(1).path("discountBasisPoints").intValue()).isEqualTo(3_000);
    assertThat(body(call(admin, "POST", path, enterprise), 409).at("/errors/0/field").stringValue())
        .isEqualTo("/from");
    String one = path + "/" + planned.path("id").stringValue();
    body(call(admin, "DELETE", one, null), 428);
    body(call(admin, "DELETE", one, null, "If-Match", etag(call(admin, "GET", one, null))), 200);
    assertThat(body(call(admin, "GET", path, null), 200).at("/data/0/until").isNull()).isTrue();
    String present = path + "/" + all.get(0).path("id").stringValue();
    body(call(admin, "POST", present + "/end", "{\"until\":\"" + next + "\"}", "If-Match",
        etag(call(admin, "GET", present, null))), 200);
    String later = Instant.parse(next).plusSeconds(1).toString();
    HttpResponse<String> refused = call(admin, "POST", path, enterprise.replace(next, later));
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode gap = body(refused, 409);
    assertThat(gap.at("/errors/0/field").stringValue()).isEqualTo("/from");
    assertThat(gap.at("/errors/0/rule").stringValue()).contains("no gap");
  }

  @Test
  void aPriceIsPlannedAndWithdrawnAndNeverBesideAnother() throws Exception {
    String model = "m-" + UUID.randomUUID();
    String first = Instant.now().plus(30, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString();
    String second = Instant.parse(first).plus(30, ChronoUnit.DAYS).toString();
    body(call(admin, "POST", "/prices", price(model, "2.5", first)), 201);
    JsonNode later = body(call(admin, "POST", "/prices", price(model, "3", second)), 201);
    assertThat(later.at("/perMillionTokens/amount").stringValue()).isEqualTo("3");
    JsonNode listed = body(call(admin, "GET", "/prices?model=" + model, null), 200).path("data");
    assertThat(listed.get(1).path("until").stringValue()).isEqualTo(second);
    assertThat(body(call(admin, "POST", "/prices", price(model, "4", first)), 409).at("/errors/0/field")
        .stringValue()).isEqualTo("/from");
    String one = "/prices/" + later.path("id").stringValue();
    body(call(admin, "DELETE", one, null, "If-Match", etag(call(admin, "GET", one, null))), 200);
    assertThat(body(call(admin, "GET", "/prices?model=" + model, null), 200).at("/data/0/until").isNull())
        .isTrue();
    body(call(admin, "GET", one, null), 404);
  }

  @Test
  void packsAreBoughtFromTheBalanceAndShownToDevelopers() throws Exception {
    Account account = paying(10 * USD);
    String path = "/tenants/" + account.tenant();
    String order = """
        {"packTokens":1000000,"currency":"USD","payment":"balance","reference":"order-1"}""";
    String owner = member(account.tenant(), MemberRole.OWNER);
    assertThat(body(call(owner, "POST", path + "/packs", order), 201).at("/price/amount").stringValue())
        .isEqualTo("2.4");
    assertThat(body(call(owner, "POST", path + "/packs", order), 200).path("left").stringValue())
        .isEqualTo("1000000.000");
    assertThat(recorded(path + "/audit-log", "pack.buy")).isEqualTo(1);
    assertThat(body(call(owner, "GET", path + "/packs", null), 200).path("data")).hasSize(1);
    JsonNode balance = JSON.readTree(get(account.secret(), "/v1/balance").body());
    assertThat(balance.path("pack_tokens_left").longValue()).isEqualTo(1_000_000);
    assertThat(balance.at("/packs/0/reference").stringValue()).isEqualTo("order-1");
    assertThat(balance.path("balance").stringValue()).isEqualTo("7.6");
    assertThat(post(account.secret(), "/v1/chat/completions", chatBody("one out=10")).statusCode())
        .isEqualTo(200);
    JsonNode usage = JSON.readTree(get(account.secret(), "/v1/usage").body());
    assertThat(usage.at("/data/0/pack_tokens").decimalValue()).isPositive();
    assertThat(usage.at("/data/0/cost").stringValue()).isEqualTo("0");
    HttpResponse<String> settings = call(owner, "GET", path + "/pack-settings", null);
    body(call(owner, "PUT", path + "/pack-settings", "{\"fallThrough\":false}", "If-Match", etag(settings)),
        200);
    assertThat(
        body(call(owner, "GET", path + "/pack-settings", null), 200).path("fallThrough").booleanValue())
        .isFalse();
  }

  @Test
  void aPackIsBoughtFromMoneyThatIsLeasedForRequests() throws Exception {
    Account account = paying(2_400_100_000_000L);
    assertThat(post(account.secret(), "/v1/chat/completions", chatBody("one out=4")).statusCode())
        .isEqualTo(200);
    body(call(admin, "POST", "/tenants/" + account.tenant() + "/packs", """
        {"packTokens":1000000,"currency":"USD","payment":"balance","reference":"nearly-all"}"""), 201);
    assertThat(money(account)).isBetween(0L, 100_000_000L);
  }

  @Test
  void whatIsChangedMustHaveBeenSeen() throws Exception {
    String path = "/tenants/" + newTenant(admin);
    String seen = etag(call(admin, "GET", path, null));
    assertThat(body(call(admin, "PATCH", path, "{\"name\":\"A\"}"), 428).path("type").stringValue())
        .isEqualTo("urn:tollgate:problem:precondition-required");
    String changed = etag(call(admin, "PATCH", path, "{\"name\":\"A\"}", "If-Match", seen));
    body(call(admin, "PATCH", path, "{\"name\":\"B\"}", "If-Match", seen), 412);
    body(call(admin, "PATCH", path, "{\"name\":\"B\"}", "If-Match", changed), 200);
    assertThat(
        call(admin, "GET", path, null, "If-None-Match", etag(call(admin, "GET", path, null))).statusCode())
        .isEqualTo(304);
  }

  @Test
  void theCreditLimitAndBudgetsAreSet() throws Exception {
    String path = "/tenants/" + contracted(admin);
    String limit = etag(call(admin, "GET", path + "/credit-limit", null));
    body(call(admin, "PUT", path + "/credit-limit", "{\"creditLimit\":" + USD_AMOUNT.formatted("20") + "}",
        "If-Match", limit), 200);
    assertThat(body(call(admin, "GET", path + "/balance", null), 200).at("/available/amount").stringValue())
        .isEqualTo("20");
    String none = etag(call(admin, "GET", path + "/budget", null));
    body(
        call(admin, "PUT", path + "/budget", "{\"cap\":" + USD_AMOUNT.formatted("5") + "}", "If-Match", none),
        200);
    assertThat(body(call(admin, "GET", path + "/budgets", null), 200).at("/data/0/cap/amount").stringValue())
        .isEqualTo("5");
    String some = etag(call(admin, "GET", path + "/budget", null));
    body(call(admin, "PUT", path + "/budget", "{\"cap\":null}", "If-Match", some), 200);
    assertThat(body(call(admin, "GET", path + "/budgets", null), 200).path("data")).isEmpty();
  }

  @Test
  void theSameRequestUnderTheSameKeyIsMadeOnceHoweverManyCome() throws Exception {
    String path = "/tenants/" + newTenant(admin) + "/projects";
    String key = UUID.randomUUID().toString();
    List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      calls.add(() -> call(admin, "POST", path, "{\"name\":\"once\"}", "Idempotency-Key", key));
    }
    var ids = new HashSet<String>();
    long replayed = 0;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<HttpResponse<String>> answer : executor.invokeAll(calls)) {
        ids.add(body(answer.get(), 201).path("id").stringValue());
        replayed += answer.get().headers().firstValue("Idempotent-Replayed").isPresent() ? 1 : 0;
      }
    }
    assertThat(ids).hasSize(1);
    assertThat(replayed).isEqualTo(5);
    assertThat(body(call(admin, "GET", path, null), 200).path("data")).hasSize(1);
    assertThat(
        body(call(admin, "POST", path, "{\"name\":\"other\"}", "Idempotency-Key", key), 422).path("type")
            .stringValue())
        .isEqualTo("urn:tollgate:problem:idempotency-key-used");
    // A refusal is not kept: what was wrong may be mended under the same key.
    String mended = UUID.randomUUID().toString();
    body(call(admin, "POST", path, "{\"name\":\"\"}", "Idempotency-Key", mended), 422);
    body(call(admin, "POST", path, "{\"name\":\"mended\"}", "Idempotency-Key", mended), 201);
  }

  @Test
  void aSecretIsShownOnceAndAgainOnlyToWhoRepeatsTheRequest() throws Exception {
    String tenant = newTenant(admin);
    String path = "/tenants/" + tenant;
    String project = body(call(admin, "POST", path + "/projects", "{\"name\":\"web\"}"), 201).path("id")
        .stringValue();
    String key = UUID.randomUUID().toString();
    HttpResponse<String> created = call(admin, "POST", path + "/api-keys", key(project), "Idempotency-Key",
        key);
    String secret = body(created, 201).path("secret").stringValue();
    assertThat(call(admin, "POST", path + "/api-keys", key(project), "Idempotency-Key", key).body())
        .isEqualTo(created.body());
    String random = secret.substring(31);
    for (String place : List.of(path + "/api-keys", path + "/audit-log", "/audit-log")) {
      assertThat(call(admin, "GET", place, null).body()).as(place).doesNotContain(random);
    }
    String kept = jdbc.sql("SELECT string_agg(encode(answer, 'escape'), ' ') FROM gateway.kept_answer")
        .query(String.class).single();
    assertThat(kept).doesNotContain(random);
    String id = body(created, 201).at("/key/id").stringValue();
    JsonNode rotated = body(call(admin, "POST", path + "/api-keys/" + id + "/rotate", "{\"overlapHours\":1}"),
        201);
    assertThat(rotated.path("secret").stringValue()).isNotEqualTo(secret);
    assertThat(body(call(admin, "GET", path + "/api-keys/" + id, null), 200).path("expiresAt").isNull())
        .isFalse();
    body(call(admin, "DELETE", path + "/api-keys/" + id, null), 200);
    body(call(admin, "POST", path + "/api-keys/" + id + "/rotate", "{\"overlapHours\":1}"), 409);
  }

  @Test
  void aWalkThroughThePagesMeetsEveryTenantOnceWhileOthersAreMade() throws Exception {
    String mark = UUID.randomUUID().toString().substring(0, 8);
    var made = new HashSet<String>();
    for (int i = 0; i < 7; i++) {
      made.add(tenants.create(mark + "-" + i, "Walk " + mark + " " + i).id().toString());
    }
    var met = new ArrayList<String>();
    String next = "/api/v1/tenants?search=" + mark + "&sort=-name&limit=3";
    int pages = 0;
    while (next != null) {
      JsonNode page = body(call(admin, "GET", next.substring("/api/v1".length()), null), 200);
      page.path("data").forEach(tenant -> met.add(tenant.path("id").stringValue()));
      next = page.path("next").isNull() ? null : page.path("next").stringValue();
      pages++;
      // Sorts before all that have been seen: it must not move them onto a later page.
      tenants.create(mark + "-z" + pages, "Walk " + mark + " z" + pages);
    }
    assertThat(met).hasSize(7).containsExactlyInAnyOrderElementsOf(made);
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void theAuditLogSaysWhoChangedWhatFromWhatAndRefusesToBeChanged() throws Exception {
    String tenant = newTenant(admin);
    String path = "/tenants/" + tenant;
    HttpResponse<String> renamed = call(admin, "PATCH", path, "{\"name\":\"After\"}", "If-Match",
        etag(call(admin, "GET", path, null)));
    JsonNode entry = body(call(admin, "GET", path + "/audit-log?action=tenant.rename", null), 200)
        .at("/data/0");
    assertThat(entry.path("actor").stringValue()).isEqualTo("admin test ADMIN");
    assertThat(entry.at("/before/name").stringValue()).isEqualTo("Managed");
    assertThat(entry.at("/after/name").stringValue()).isEqualTo("After");
    assertThat(entry.path("requestId").stringValue())
        .isEqualTo(renamed.headers().firstValue("x-request-id").orElseThrow());
    for (String statement : List.of("UPDATE gateway.audit SET actor = 'nobody'", "DELETE FROM gateway.audit",
        "TRUNCATE gateway.audit")) {
      assertThatThrownBy(() -> jdbc.sql(statement).update())
          .hasMessageContaining("append-only");
    }
  }

  @Test
  void aRefusedChangeLeavesNoTrace() throws Exception {
    String path = "/tenants/" + newTenant(admin);
    long before = audits();
    body(call(admin, "POST", path + "/projects", "{\"name\":\"\"}"), 422);
    body(call(admin, "PATCH", path, "{\"name\":\"x\"}"), 428);
    assertThat(audits()).isEqualTo(before);
  }

  @Test
  void aTokenEndsWithItsRevocation() throws Exception {
    JsonNode made = body(call(admin, "POST", "/tokens", "{\"role\":\"auditor\",\"name\":\"short\"}"), 201);
    String token = made.path("secret").stringValue();
    await().until(() -> call(token, "GET", "/me", null).statusCode() == 200);
    assertThat(body(call(token, "GET", "/me", null), 200).path("role").stringValue()).isEqualTo("auditor");
    body(call(admin, "DELETE", "/tokens/" + made.at("/token/id").stringValue(), null), 200);
    await().until(() -> call(token, "GET", "/me", null).statusCode() == 401);
  }

  @Test
  void aTenantsTokenKnowsOfNoOtherTenant() throws Exception {
    String other = newTenant(admin);
    String own = newTenant(admin);
    String token = tokens
        .issue(new Holder.Member(new TenantId(UUID.fromString(own)), MemberRole.OWNER), "own", null)
        .secret();
    body(call(token, "GET", "/tenants/" + own, null), 200);
    JsonNode missing = body(call(token, "GET", "/tenants/" + other, null), 404);
    JsonNode never = body(call(token, "GET", "/tenants/" + UUID.randomUUID(), null), 404);
    assertThat(missing.path("title")).isEqualTo(never.path("title"));
    body(call(token, "GET", "/tenants", null), 403);
    String project = body(call(admin, "POST", "/tenants/" + other + "/projects", "{\"name\":\"x\"}"), 201)
        .path("id").stringValue();
    body(call(token, "GET", "/tenants/" + own + "/projects/" + project, null), 404);
    body(call(token, "POST", "/tenants/" + own + "/api-keys", key(project)), 422);
  }

  private long audits() {
    return jdbc.sql("SELECT count(*) FROM gateway.audit").query(Long.class).single();
  }

  private void awaitAccepted(String secret) {
    await().until(() -> get(secret, "/v1/models").statusCode() == 200);
  }

  private static String key(String project) {
    return "{\"project\":\"" + project + "\",\"name\":\"k\",\"scopes\":[\"generate\",\"models\"]}";
  }

  private static String price(String model, String amount, String from) {
    return "{\"model\":\"" + model + "\",\"region\":\"*\",\"tokenClass\":\"input\",\"perMillionTokens\":"
        + USD_AMOUNT.formatted(amount) + ",\"from\":\"" + from + "\"}";
  }

  private static String today() {
    Instant now = Instant.now();
    return "from=" + now.minus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS) + "&until="
        + now.plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
  }
}
