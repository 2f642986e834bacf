package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Every kind of bad input: a problem that names the field and the rule, and nothing changed. */
class ManagementBadInputScenarios extends ManagementTest {

  private static final String PRICE = "\"model\":\"bad\",\"region\":\"*\",\"tokenClass\":\"input\"";
  private static final String BAND = "\"model\":\"*\",\"region\":\"*\",\"currency\":\"USD\",\"weekday\":\"monday\"";

  private static String admin = "";
  private static String tenant = "";
  private static String project = "";
  private static String offer = "";

  @BeforeEach
  void world() throws Exception {
    if (tenant.isEmpty()) {
      admin = operator(OperatorRole.ADMIN);
      tenant = contracted(admin);
      project = body(call(admin, "POST", "/tenants/" + tenant + "/projects", "{\"name\":\"p\"}"), 201)
          .path("id")
          .stringValue();
      jdbc.sql("""
          INSERT INTO billing.budget (tenant_id, subject, currency, cap_pico)
          VALUES (CAST(:tenant AS uuid), 'PROJECT:' || :project, 'USD', 1)
          """).param("tenant", tenant).param("project", project).update();
      body(call(admin, "POST", "/prices",
          "{\"model\":\"planned\",\"region\":\"*\",\"tokenClass\":\"input\",\"perMillionTokens\":"
              + USD_AMOUNT.formatted("1") + ",\"from\":\"" + days(20) + "\"}"),
          201);
      body(call(admin, "POST", "/prices",
          "{\"model\":\"odd\",\"region\":\"*\",\"tokenClass\":\"input\",\"perMillionTokens\":"
              + USD_AMOUNT.formatted("0.000007").replace("USD", "EUR") + ",\"from\":\"" + days(20) + "\"}"),
          201);
      body(call(admin, "POST", "/time-bands", "{" + BAND.replace("\"*\"", "\"banded\"")
          + ",\"begins\":\"01:00\",\"ends\":\"02:00\",\"discountBasisPoints\":5000,\"from\":\"" + days(20)
          + "\"}"),
          201);
      offer = jdbc.sql("SELECT max(id) FROM billing.pack_offer").query(Long.class).single().toString();
    }
  }

  // {usd X} stands for an amount in USD.
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      no JSON                      | POST /tenants                 | {"slug":                                                    | 400 |                          |
      trailing garbage             | POST /tenants                 | {} x                                                        | 400 |                          |
      no object                    | POST /tenants                 | [1]                                                         | 400 |                          |
      a field twice                | POST /tenants                 | {"slug":"a","slug":"b","name":"x"}                          | 400 |                          |
      an unknown field             | POST /tenants                 | {"slug":"a","name":"x","colour":"red"}                      | 422 | /colour                  | must not be there
      a missing field              | POST /tenants                 | {"slug":"a"}                                                | 422 | /name                    | must be given
      null where a value is needed | POST /tenants                 | {"slug":"a","name":null}                                    | 422 | /name                    | must be given
      a number as a name           | POST /tenants                 | {"slug":"a","name":7}                                       | 422 | /name                    | must be a string
      capitals in a slug           | POST /tenants                 | {"slug":"Acme","name":"x"}                                  | 422 | /slug                    | lower-case
      a blank name                 | POST /tenants                 | {"slug":"blank","name":"  "}                                | 422 | /name                    | 1 to 200
      half a surrogate pair        | POST /tenants                 | {"slug":"half","name":"\\ud800"}                            | 422 | /name                    | whole Unicode
      a NUL in a name              | POST /tenants                 | {"slug":"nul","name":"a\\u0000b"}                           | 422 | /name                    | U+0000
      a project's name taken       | POST {T}/projects             | {"name":"p"}                                                | 409 | /name                    | another project
      a project nowhere            | GET {T}/projects/{none}       |                                                             | 404 |                          |
      a project that is no id      | GET {T}/projects/x            |                                                             | 404 |                          |
      a tenant that is no id       | GET /tenants/x                |                                                             | 404 |                          |
      a limit of zero              | GET /tenants?limit=0          |                                                             | 422 | limit                    | between 1 and 200
      a limit too high             | GET /tenants?limit=201        |                                                             | 422 | limit                    | between 1 and 200
      a limit that is no number    | GET /tenants?limit=ten        |                                                             | 422 | limit                    | between 1 and 200
      a cursor made up             | GET /tenants?cursor=AAAA      |                                                             | 422 | cursor                   | gave as next
      an unknown order             | GET /tenants?sort=colour      |                                                             | 422 | sort                     | name, slug or created
      a key without scopes         | POST {T}/api-keys             | {"project":"{P}","name":"k","scopes":[]}                    | 422 | /scopes                  | at least one
      an unknown scope             | POST {T}/api-keys             | {"project":"{P}","name":"k","scopes":["all"]}               | 422 | /scopes/0                | one of generate
      scopes as a string           | POST {T}/api-keys             | {"project":"{P}","name":"k","scopes":"generate"}            | 422 | /scopes                  | an array
      a key of no project          | POST {T}/api-keys             | {"project":"{none}","name":"k","scopes":["usage"]}          | 422 | /project                 | a project of the tenant
      a project that is no id      | POST {T}/api-keys             | {"project":"x","name":"k","scopes":["usage"]}               | 422 | /project                 | must be an id
      a key that has expired       | POST {T}/api-keys             | {"project":"{P}","name":"k","scopes":["usage"],"expiresAt":"{past}"} | 422 | /expiresAt | in the future
      an instant that is none      | POST {T}/api-keys             | {"project":"{P}","name":"k","scopes":["usage"],"expiresAt":"soon"}   | 422 | /expiresAt | an instant such as
      an unknown role              | POST /tokens                  | {"role":"king","name":"k"}                                  | 422 | /role                    | one of admin
      a tenant's role for us       | POST /tokens                  | {"role":"owner","name":"k"}                                 | 422 | /role                    | one of admin
      a negative amount            | POST {T}/top-ups              | {"amount":{usd -5},"reference":"a"}                         | 422 | /amount/amount           | must not be negative
      negative zero                | POST {T}/top-ups              | {"amount":{usd -0},"reference":"a"}                         | 422 | /amount/amount           | must not be negative
      nothing paid in              | POST {T}/top-ups              | {"amount":{usd 0},"reference":"a"}                          | 422 | /amount/amount           | more than zero
      an overflowing amount        | PUT {T}/budget                | {"cap":{usd 9223372.036854775808}}                          | 422 | /cap/amount              | at most 9223372.036854775807
      more than is paid in at once | POST {T}/top-ups              | {"amount":{usd 100000000000000.01},"reference":"a"}         | 422 | /amount/amount           | at most 100000000000000
      an absurd amount             | POST {T}/top-ups              | {"amount":{usd 99999999999999999999999999},"reference":"a"} | 422 | /amount/amount           | at most
      below what is counted        | POST {T}/top-ups              | {"amount":{usd 0.0000000000001},"reference":"a"}            | 422 | /amount/amount           | 12 digits
      an exponent                  | POST {T}/top-ups              | {"amount":{usd 1e3},"reference":"a"}                        | 422 | /amount/amount           | without an exponent
      a comma                      | POST {T}/top-ups              | {"amount":{usd 12,50},"reference":"a"}                      | 422 | /amount/amount           | plain decimal
      spaces                       | POST {T}/top-ups              | {"amount":{usd  1},"reference":"a"}                         | 422 | /amount/amount           | plain decimal
      not a number                 | POST {T}/top-ups              | {"amount":{usd NaN},"reference":"a"}                        | 422 | /amount/amount           | plain decimal
      money as a JSON number       | POST {T}/top-ups              | {"amount":{"currency":"USD","amount":12.5},"reference":"a"} | 422 | /amount/amount           | must be a string
      money without a currency     | POST {T}/top-ups              | {"amount":{"amount":"12.5"},"reference":"a"}                | 422 | /amount/currency         | must be given
      money as a string            | POST {T}/top-ups              | {"amount":"12.5","reference":"a"}                           | 422 | /amount                  | an object such as
      a currency that is none      | POST {T}/top-ups              | {"amount":{"currency":"ABC","amount":"1"},"reference":"a"}  | 422 | /amount/currency         | ISO 4217
      gold                         | POST {T}/top-ups              | {"amount":{"currency":"XAU","amount":"1"},"reference":"a"}  | 422 | /amount/currency         | ISO 4217
      another currency             | POST {T}/top-ups              | {"amount":{"currency":"CNY","amount":"1"},"reference":"a"}  | 422 | /amount/currency         | that of the contract
      no reference                 | POST {T}/top-ups              | {"amount":{usd 1},"reference":""}                           | 422 | /reference               | 1 to 100
      money with more in it        | POST {T}/top-ups              | {"amount":{"currency":"USD","amount":"1","x":1},"reference":"a"} | 422 | /amount/x           | must not be there
      an unknown plan              | POST {T}/contracts            | {"plan":"gold","currency":"USD","zone":"UTC"}               | 422 | /plan                    | must be one of
      a contract in no currency    | POST {T}/contracts            | {"plan":"pay-as-you-go","currency":"ABC","zone":"UTC"}      | 422 | /currency                | ISO 4217
      no price book for it         | POST {T}/contracts            | {"plan":"pay-as-you-go","currency":"CHF","zone":"UTC"}      | 422 | /currency                | price book
      a currency beside budgets    | POST {T}/contracts            | {"plan":"pay-as-you-go","currency":"CNY","zone":"UTC"}      | 409 | /currency                | lifted first
      a zone that is none          | POST {T}/contracts            | {"plan":"pay-as-you-go","currency":"USD","zone":"Mars"}     | 422 | /zone                    | a time zone
      a commitment too small       | POST {T}/contracts            | {"plan":"enterprise","currency":"USD","zone":"UTC","committedTokensPerMonth":49999999} | 422 | /committedTokensPerMonth | at least 50000000
      a commitment where none is   | POST {T}/contracts            | {"plan":"pay-as-you-go","currency":"USD","zone":"UTC","committedTokensPerMonth":1} | 422 | /committedTokensPerMonth | must be 0
      a contract in the past       | POST {T}/contracts            | {"plan":"pay-as-you-go","currency":"USD","zone":"UTC","from":"{past}"} | 422 | /from         | in the past
      credit in another currency   | POST {T}/contracts            | {"plan":"pay-as-you-go","currency":"USD","zone":"UTC","creditLimit":{"currency":"CNY","amount":"1"}} | 422 | /creditLimit/currency | that of the contract
      a whole number with a point  | POST {T}/contracts            | {"plan":"enterprise","currency":"USD","zone":"UTC","committedTokensPerMonth":6e7} | 422 | /committedTokensPerMonth | whole number
      more than a long holds       | POST {T}/contracts            | {"plan":"enterprise","currency":"USD","zone":"UTC","committedTokensPerMonth":99999999999999999999} | 422 | /committedTokensPerMonth | must be between
      a pack too small             | POST {T}/packs                | {"packTokens":999999,"currency":"USD","payment":"recorded","reference":"a"} | 422 | /packTokens | at least 1000000
      a negative pack              | POST {T}/packs                | {"packTokens":-1,"currency":"USD","payment":"recorded","reference":"a"} | 422 | /packTokens   | at least 1000000
      an overflowing pack          | POST {T}/packs                | {"packTokens":9223372036854775807,"currency":"USD","payment":"recorded","reference":"a"} | 422 | /packTokens | at most
      a pack of parts of a cent    | POST {T}/packs                | {"packTokens":1000001,"currency":"USD","payment":"recorded","reference":"a"} | 422 | /packTokens | multiple of
      a money pack too small       | POST {T}/packs                | {"worth":{usd 49.99},"payment":"recorded","reference":"a"}  | 422 | /worth/amount            | at least 50
      a money pack of sub-cents    | POST {T}/packs                | {"worth":{usd 50.001},"payment":"recorded","reference":"a"} | 422 | /worth/amount            | whole number of 0.01
      a pack not paid for          | POST {T}/packs                | {"worth":{usd 50},"payment":"balance","reference":"a"}      | 422 | /payment                 | covered by the balance
      a pack in no price book      | POST {T}/packs                | {"packTokens":1000000,"currency":"CHF","payment":"recorded","reference":"a"} | 422 | /currency | that of the contract
      a pack of two sizes          | POST {T}/packs                | {"packTokens":1000000,"currency":"USD","worth":{usd 50},"payment":"recorded","reference":"a"} | 422 | `` | either
      an unknown payment           | POST {T}/packs                | {"worth":{usd 50},"payment":"promise","reference":"a"}      | 422 | /payment                 | balance, recorded
      an offer that has begun      | DELETE /pack-offers/{offer}   |                                                             | 409 | ``                       | not in force yet
      a price in the past          | POST /prices                  | {{PRICE},"perMillionTokens":{usd 1},"from":"{past}"}        | 422 | /from                    | in the future
      a price below what is counted | POST /prices                 | {{PRICE},"perMillionTokens":{usd 0.0000001},"from":"{next}"} | 422 | /perMillionTokens/amount | 6 digits
      a negative price             | POST /prices                  | {{PRICE},"perMillionTokens":{usd -1},"from":"{next}"}       | 422 | /perMillionTokens/amount | must not be negative
      a price in no currency       | POST /prices                  | {{PRICE},"perMillionTokens":{"currency":"US","amount":"1"},"from":"{next}"} | 422 | /perMillionTokens/currency | ISO 4217
      a price no invoice could bear| POST /prices                  | {{PRICE},"perMillionTokens":{"currency":"DEM","amount":"1"},"from":"{next}"} | 422 | /perMillionTokens/currency | one of the currencies that invoices are written in: AED, AFN
      overlapping price versions   | POST /prices                  | {"model":"planned","region":"*","tokenClass":"input","perMillionTokens":{usd 1},"from":"{next}"} | 409 | /from | withdrawn first
      no such token class          | POST /prices                  | {"model":"x","region":"*","tokenClass":"thought","perMillionTokens":{usd 1},"from":"{next}"} | 422 | /tokenClass | input_cached
      a price of no model          | POST /prices                  | {"model":"","region":"*","tokenClass":"input","perMillionTokens":{usd 1},"from":"{next}"} | 422 | /model | 1 to 200
      a band that ends before      | POST /time-bands              | {{BAND},"begins":"02:00","ends":"01:00","discountBasisPoints":1,"from":"{next}"} | 422 | /ends | window over midnight
      a time that is none          | POST /time-bands              | {{BAND},"begins":"25:00","ends":"26:00","discountBasisPoints":1,"from":"{next}"} | 422 | /begins | a time of day
      a discount of more than all  | POST /time-bands              | {{BAND},"begins":"01:00","ends":"02:00","discountBasisPoints":10001,"from":"{next}"} | 422 | /discountBasisPoints | between 1 and 10000
      a discount that leaves parts | POST /time-bands              | {"model":"odd","region":"*","currency":"EUR","weekday":"monday","begins":"01:00","ends":"02:00","discountBasisPoints":3333,"from":"{next}"} | 422 | /discountBasisPoints | whole number of pico
      overlapping bands            | POST /time-bands              | {"model":"banded","region":"banded","currency":"USD","weekday":"monday","begins":"01:30","ends":"03:00","discountBasisPoints":5000,"from":"{next}"} | 409 | /from | must not overlap
      a plan that is there         | POST /plans                   | {"name":"enterprise","freeTokensPerMonth":0,"discountBasisPoints":0,"leastCommitment":0} | 409 | /name | a plan that is there
      a plan that pays to be used  | POST /plans                   | {"name":"worse","freeTokensPerMonth":0,"discountBasisPoints":10001,"leastCommitment":0} | 422 | /discountBasisPoints | between 0 and 10000
      an offer for nothing         | POST /pack-offers             | {"perMillionPackTokens":{usd 0},"minimumPackTokens":1,"months":12,"from":"{next}"} | 422 | /perMillionPackTokens/amount | more than zero
      an offer for ever            | POST /pack-offers             | {"perMillionPackTokens":{usd 2},"minimumPackTokens":1,"months":121,"from":"{next}"} | 422 | /months | between 1 and 120
      an offer of no months        | POST /pack-offers             | {"perMillionPackTokens":{usd 2},"minimumPackTokens":1,"months":0,"from":"{next}"} | 422 | /months | between 1 and 120
      an offer of months gone by   | POST /pack-offers             | {"perMillionPackTokens":{usd 2},"minimumPackTokens":1,"months":-1,"from":"{next}"} | 422 | /months | between 1 and 120
      an offer of no pack tokens   | POST /pack-offers             | {"perMillionPackTokens":{usd 2},"minimumPackTokens":0,"months":12,"from":"{next}"} | 422 | /minimumPackTokens | more than zero
      an offer of no worth         | POST /pack-offers             | {"perMillionPackTokens":{usd 2},"minimumWorth":{usd 0},"months":12,"from":"{next}"} | 422 | /minimumWorth/amount | more than zero
      a budget of nothing          | PUT {T}/budget                | {"cap":{usd 0}}                                             | 422 | /cap/amount              | more than 0
      a negative budget            | PUT {T}/budget                | {"cap":{usd -1}}                                            | 422 | /cap/amount              | must not be negative
      a budget over a million      | PUT {T}/budget                | {"cap":{usd 1000000.000000000001}}                          | 422 | /cap/amount              | at most 1000000
      a budget in another currency | PUT {T}/budget                | {"cap":{"currency":"CNY","amount":"1"}}                     | 422 | /cap/currency            | that of the contract, USD
      a budget below what is counted | PUT {T}/budget              | {"cap":{usd 0.0000000000001}}                               | 422 | /cap/amount              | 12 digits
      usage of no time             | GET {T}/usage?from=2026-01-02&until=2026-01-02 |                                             | 422 | from                     | before until
      usage of a year              | GET {T}/usage?from=2025-01-01&until=2026-01-01 |                                             | 422 | from                     | 92 days
      usage of a moment too long   | GET {T}/usage?from=2026-06-01T00:00:00Z&until=2026-09-01T00:00:01Z | | 422 | from                     | 92 days
      usage before time            | GET {T}/usage?from=1969-12-31&until=1970-01-02 |                                             | 422 | from                     | a date such as
      usage without an end         | GET {T}/usage?from=2025-01-01 |                                                             | 422 | until                    | must be given
      a date that is none          | GET {T}/usage?from=2025-02-30&until=2025-03-01 |                                             | 422 | from                     | a date such as
      economics beyond time        | GET /economics?from=%2B999999999-12-30&until=%2B999999999-12-31 |                               | 422 | from                     | a value such as
      a cost beyond time           | PUT /gpu-costs/%2B999999999-12-31 | {"gpus":1,"perGpuHour":{usd 1}}                         | 404 |                          |
      a month before time          | GET /closes/1969-12           |                                                             | 404 |                          |
      a month beyond time          | GET /closes/%2B999999999-12   |                                                             | 404 |                          |
      an export beyond time        | GET /exports/9999-12          |                                                             | 404 |                          |
      a close beyond time          | POST /closes                  | {"month":"+999999999-12"}                                   | 422 | /month                   | between 1970-01 and 9998-12
      invoices beyond time         | GET /invoices?month=%2B999999999-12 |                                                       | 422 | month                    | between 1970-01 and 9998-12
      an adjustment beyond time    | POST {T}/adjustments          | {"direction":"credit","amount":{usd 1},"serviceMonth":"9999-12","description":"d","reference":"a"} | 422 | /serviceMonth | between 1970-01 and 9998-12
      a control in a description   | POST {T}/adjustments          | {"direction":"credit","amount":{usd 1},"serviceMonth":"2026-09","description":"d\\u000bd","reference":"a"} | 422 | /description | control characters
      a control in a reference     | POST {T}/packs                | {"worth":{usd 50},"payment":"recorded","reference":"a\\uffff"} | 422 | /reference             | whole Unicode
      no such address              | GET /nothing                  |                                                             | 404 |                          |
      no such method               | PUT /tenants                  | {}                                                          | 405 |                          |""")
  void isRefused(String name, String call, @Nullable String body, int status, @Nullable String field,
      @Nullable String rule) throws Exception {
    String[] parts = filled(call).split(" ", 2);
    assertRefused(call(admin, parts[0], parts[1], body == null ? null : filled(body), "If-Match", "*"),
        status,
        field, rule);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      parts of a cent              | {"packTokens":1000001}                               | /packTokens      | multiple of
      too few                      | {"packTokens":999999}                                | /packTokens      | at least 1000000
      none                         | {"packTokens":0}                                     | /packTokens      | at least 1000000
      a negative number            | {"packTokens":-1}                                    | /packTokens      | at least 1000000
      more than can be counted     | {"packTokens":9223372036854775807}                   | /packTokens      | at most
      sub-cents                    | {"worth":{usd 50.001}}                               | /worth/amount    | whole number of 0.01
      too little                   | {"worth":{usd 49.99}}                                | /worth/amount    | at least 50
      nothing                      | {"worth":{usd 0}}                                    | /worth/amount    | at least 50
      another currency             | {"worth":{"currency":"CNY","amount":"300"}}          | /worth/currency  | that of the contract
      two sizes                    | {"packTokens":1000000,"worth":{usd 50}}              | ``               | either
      no size                      | {}                                                   | ``               | either""")
  void noPackIsOrderedThatCouldNotBeBought(String name, String body, @Nullable String field, String rule)
      throws Exception {
    String path = "/tenants/" + tenant + "/pack-orders";
    String owner = member(new TenantId(UUID.fromString(tenant)), MemberRole.OWNER);
    assertRefused(call(owner, "POST", path, filled(body)), 422, field, rule);
    assertThat(body(call(owner, "GET", path, null), 200).path("data")).isEmpty();
  }

  private static void assertRefused(HttpResponse<String> response, int status, @Nullable String field,
      @Nullable String rule) {
    JsonNode problem = body(response, status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(problem.path("type").stringValue()).startsWith("urn:tollgate:problem:");
    assertThat(problem.path("status").intValue()).isEqualTo(status);
    assertThat(problem.path("instance").stringValue())
        .isEqualTo("urn:uuid:" + response.headers().firstValue("x-request-id").orElseThrow());
    if (rule != null) {
      assertThat(problem.at("/errors/0/field").stringValue()).isEqualTo(field == null ? "" : field);
      assertThat(problem.at("/errors/0/rule").stringValue()).contains(rule);
      assertThat(problem.at("/errors/0/message").stringValue()).contains(rule);
    }
    assertThat(response.body()).doesNotContain("Exception").doesNotContain("dev.tollgate");
  }

  @Test
  void allThatIsWrongWithABodyIsSaidAtOnce() throws Exception {
    JsonNode problem = body(call(admin, "POST", "/tenants/" + tenant + "/contracts",
        "{\"plan\":7,\"zone\":\"Mars\",\"x\":1}"), 422);
    assertThat(problem.path("errors").valueStream().map(error -> error.path("field").stringValue()))
        .containsExactlyInAnyOrder("/x", "/plan", "/currency", "/zone");
  }

  @Test
  void whatIsNotABodyOrATokenIsRefusedToo() throws Exception {
    assertThat(call(null, "GET", "/tenants", null).headers().firstValue("WWW-Authenticate"))
        .hasValue("Bearer");
    body(call("tg_operator_garbled", "GET", "/tenants", null), 401);
    body(call(account(USD).secret(), "GET", "/tenants", null), 401);
    body(call(admin, "POST", "/tenants", "{\"slug\":\"a\",\"name\":\"" + "x".repeat(70_000) + "\"}"), 413);
    body(call(admin, "POST", "/tenants", "{\"slug\":\"a\",\"name\":\"x\"}", "Idempotency-Key",
        "k".repeat(256)), 422);
    body(call(admin, "GET", "/tenants", null, "Accept", "text/csv"), 406);
    HttpResponse<String> xml = HTTP.send(HttpRequest.newBuilder(uri("/api/v1/tenants"))
        .header("Authorization", "Bearer " + admin).header("Content-Type", "application/xml")
        .POST(HttpRequest.BodyPublishers.ofString("<a/>")).build(),
        HttpResponse.BodyHandlers.ofString());
    body(xml, 415);
  }

  private static String filled(String template) {
    return template.replace("{T}", "/tenants/" + tenant).replace("{P}", project)
        .replace("{none}", UUID.randomUUID().toString()).replace("{past}", days(-1))
        .replace("{next}", days(5))
        .replace("{offer}", offer).replace("{PRICE}", PRICE).replace("{BAND}", BAND)
        .replaceAll("\\{usd ([^}]*)}", "{\"currency\":\"USD\",\"amount\":\"$1\"}");
  }

  private static String days(int days) {
    return Instant.now().plus(days, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
