package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What all of the management API promises, held against every operation of its OpenAPI document. */
class ApiRulesTest extends ManagementTest {

  /** Changes without a condition, and why. */
  private static final Map<String, String> UNCONDITIONAL = Map.of(
      "delete /tenants/{tenant}/api-keys/{key}", "urgent, and twice changes nothing",
      "delete /tenants/{tenant}/tokens/{token}", "urgent, and twice changes nothing",
      "delete /tokens/{token}", "urgent, and twice changes nothing",
      "delete /tenants/{tenant}/invitations/{invitation}", "urgent, and an open invitation never changes",
      "delete /invitations/{invitation}", "urgent, and an open invitation never changes");

  /** Single resources that this test has no example of; their controllers' own tests do. */
  private static final Set<String> WITHOUT_EXAMPLE = Set.of("/tenants/{tenant}/invoices/{invoice}",
      "/tenants/{tenant}/usage-records/{request}", "/tenants/{tenant}/invoices/{invoice}/recomputation",
      "/closes/{month}",
      "/tenants/{tenant}/invitations/{invitation}", "/invitations/{invitation}", "/time-bands/{band}",
      "/tenants/{tenant}/pack-orders/{order}", "/reconciliation/latest", "/tenants/{tenant}/members/{person}",
      "/operators/{person}", "/people/{person}/identity");

  @Autowired
  dev.tollgate.tenants.People people;

  private final List<Operation> operations = new ArrayList<>();
  private String admin = "";

  private record Operation(String method, String path, JsonNode said) {

    boolean isFile() {
      return said.at("/responses/200/content/application~1json/schema").isMissingNode()
          || said.at("/responses/200/content/application~1json/schema/format").isString();
    }

    boolean isList() {
      return said.at("/responses/200/content/application~1json/schema/properties/data").isObject();
    }

    boolean takes(String parameter) {
      return said.path("parameters").valueStream()
          .anyMatch(each -> each.path("name").stringValue().equals(parameter));
    }

    String name() {
      return method + " " + path;
    }
  }

  @BeforeEach
  void read() throws Exception {
    admin = operator(OperatorRole.ADMIN);
    JsonNode paths = body(call(null, "GET", "/openapi.json", null), 200).path("paths");
    for (String path : paths.propertyNames()) {
      paths.path(path).propertyNames()
          .forEach(method -> operations.add(new Operation(method, path, paths.path(path).path(method))));
    }
    assertThat(operations).hasSizeGreaterThan(100);
  }

  @Test
  void everyListComesInPagesAndEverySingleResourceHasAnEntityTag() {
    var softly = new SoftAssertions();
    for (Operation operation : operations) {
      if (operation.method().equals("get") && !operation.isFile()) {
        boolean list = operation.isList();
        softly.assertThat(operation.takes("limit") && operation.takes("cursor")).as(operation.name())
            .isEqualTo(list);
        softly.assertThat(operation.said().at("/responses/200/headers/ETag").isObject())
            .as(operation.name()).isEqualTo(!list);
      }
    }
    softly.assertAll();
  }

  @Test
  void everyChangeOfWhatIsThereAsksForItsEntityTag() {
    var softly = new SoftAssertions();
    for (Operation operation : operations) {
      if (Set.of("put", "patch", "delete").contains(operation.method())) {
        softly.assertThat(operation.takes("If-Match")).as(operation.name())
            .isEqualTo(!UNCONDITIONAL.containsKey(operation.name()));
        boolean readable = operations.stream()
            .anyMatch(other -> other.name().equals("get " + operation.path()));
        softly.assertThat(readable).as("something to read before %s", operation.name()).isTrue();
      }
    }
    softly.assertAll();
  }

  @Test
  void whatAsksForAnEntityTagIsNotDoneWithoutOne() throws Exception {
    Map<String, String> examples = examples();
    var softly = new SoftAssertions();
    for (Operation operation : operations) {
      if (operation.takes("If-Match")) {
        String token = operation.path().startsWith("/tenants/{tenant}/members") ? examples.get("owner")
            : admin;
        HttpResponse<String> answer = call(token, operation.method().toUpperCase(java.util.Locale.ROOT),
            filled(operation.path(), examples), "{}");
        softly.assertThat(answer.statusCode()).as(operation.name()).isEqualTo(428);
      }
    }
    softly.assertAll();
  }

  @Test
  void whatIsReadHasTheTagThatSparesReadingItAgain() throws Exception {
    Map<String, String> examples = examples();
    var softly = new SoftAssertions();
    for (Operation operation : operations) {
      if (operation.method().equals("get") && !operation.isFile() && !operation.isList()
          && !WITHOUT_EXAMPLE.contains(operation.path())) {
        String path = filled(operation.path(), examples);
        HttpResponse<String> first = call(admin, "GET", path, null);
        softly.assertThat(first.statusCode()).as(operation.name() + ": " + first.body()).isEqualTo(200);
        softly.assertThat(first.headers().firstValue("ETag")).as(operation.name()).isPresent();
        if (!Set.of("/overview", "/economics", "/backends/{address}").contains(operation.path())) {
          String tag = first.headers().firstValue("ETag").orElse("");
          softly.assertThat(call(admin, "GET", path, null, "If-None-Match", tag).statusCode())
              .as(operation.name()).isEqualTo(304);
        }
      }
    }
    softly.assertAll();
  }

  @Test
  void everyCreateLooksAtItsIdempotencyKeyBeforeAnythingElse() throws Exception {
    Map<String, String> examples = examples();
    var softly = new SoftAssertions();
    for (Operation operation : operations) {
      if (operation.method().equals("post")) {
        softly.assertThat(operation.takes("Idempotency-Key")).as(operation.name()).isTrue();
        HttpResponse<String> answer = call(admin, "POST", filled(operation.path(), examples), "{}",
            "Idempotency-Key", "k".repeat(256));
        softly.assertThat(answer.body()).as(operation.name()).contains("\"field\":\"Idempotency-Key\"");
      }
    }
    softly.assertAll();
  }

  @Test
  void aShortListIsWalkedThroughInPages() throws Exception {
    TenantId tenant = tenants.create("w-" + UUID.randomUUID(), "Walk").id();
    for (String name : List.of("Cy", "ada", "Bo", "Ada", "Di")) {
      people.join(tenant, people.add("w-" + UUID.randomUUID() + "@example.com", name).id(),
          MemberRole.VIEWER);
    }
    var met = new ArrayList<String>();
    String next = "/api/v1/tenants/" + tenant + "/members?limit=2";
    int pages = 0;
    while (next != null) {
      JsonNode page = body(call(admin, "GET", next.substring("/api/v1".length()), null), 200);
      page.path("data").forEach(member -> met.add(member.path("name").stringValue()));
      next = page.path("next").isNull() ? null : page.path("next").stringValue();
      pages++;
    }
    assertThat(met).extracting(name -> name.toLowerCase(java.util.Locale.ROOT)).containsExactly("ada", "ada",
        "bo", "cy", "di");
    assertThat(pages).isEqualTo(3);
  }

  /** One of each thing that addresses name. */
  private Map<String, String> examples() throws Exception {
    Account account = paying(USD);
    String path = "/tenants/" + account.tenant();
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    String cost = "/gpu-costs/" + today;
    body(call(admin, "PUT", cost, "{\"gpus\":8,\"perGpuHour\":" + USD_AMOUNT.formatted("2") + "}", "If-Match",
        etag(call(admin, "GET", cost, null))), 200);
    var examples = new TreeMap<String, String>();
    examples.put("owner", member(account.tenant(), MemberRole.OWNER));
    examples.put("{tenant}", account.tenant().toString());
    examples.put("{project}", account.project().id().toString());
    examples.put("{key}", account.key().toString());
    examples.put("{contract}",
        body(call(admin, "GET", path + "/contracts", null), 200).at("/data/0/id").stringValue());
    examples.put("{price}", body(call(admin, "GET", "/prices", null), 200).at("/data/0/id").stringValue());
    examples.put("{offer}",
        body(call(admin, "GET", "/pack-offers", null), 200).at("/data/0/id").stringValue());
    examples.put("{plan}", "pay-as-you-go");
    examples.put("{code}", "main");
    examples.put("{day}", today.toString());
    examples.put("{address}", BACKEND.address());
    examples.put("/tokens/{token}", "/tokens/" + body(call(admin, "POST", "/tokens",
        "{\"role\":\"auditor\",\"name\":\"example\"}"), 201).at("/token/id").stringValue());
    examples.put(path + "/tokens/{token}", path + "/tokens/"
        + tokens.issue(new Holder.Member(account.tenant(), MemberRole.VIEWER), "example", null).id());
    return examples;
  }

  private static String filled(String path, Map<String, String> examples) {
    String filled = path.replace("{tenant}", examples.get("{tenant}"));
    for (Map.Entry<String, String> example : examples.entrySet()) {
      filled = example.getKey().startsWith("/") && filled.equals(example.getKey()) ? example.getValue()
          : example.getKey().startsWith("{") ? filled.replace(example.getKey(), example.getValue()) : filled;
    }
    String whole = filled.replaceAll("\\{(band)}", "987654321").replace("{month}", "2026-01")
        .replaceAll("\\{[a-z]+}", UUID.randomUUID().toString());
    return path.equals("/economics") ? whole + "?from=2026-01-01&until=2026-02-01" : whole;
  }
}
