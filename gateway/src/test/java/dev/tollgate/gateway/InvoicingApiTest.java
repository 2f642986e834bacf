package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An accountant's month over the management API, and rate limits beside it. */
class InvoicingApiTest extends AccountantTest {

  @Test
  void aMonthIsClosedReviewedFinalisedAndPaid() throws Exception {
    String tenant = charged();
    String document = draft(tenant);
    String owner = member(new TenantId(UUID.fromString(tenant)), MemberRole.OWNER);
    body(call(owner, "GET", document, null), 404);
    assertThat(body(call(owner, "GET", "/tenants/" + tenant + "/invoices", null), 200).path("data"))
        .isEmpty();
    body(call(finance, "POST", document + "/finalise", null), 428);
    JsonNode invoice = finalised(document);
    assertThat(invoice.at("/sums/net/amount").stringValue()).isEqualTo("100");
    assertThat(invoice.at("/sums/tax/amount").stringValue()).isEqualTo("19");
    assertThat(invoice.at("/sums/due/amount").stringValue()).isEqualTo("119");
    assertThat(invoice.at("/issue/number").stringValue()).startsWith("T-");
    assertThat(invoice.at("/lines/0/description").stringValue()).isEqualTo("Setup");
    assertThat(call(finance, "POST", document + "/finalise", null, "If-Match",
        etag(call(finance, "GET", document, null))).body()).contains("finalised already")
        .contains("credit note");
    assertThat(body(call(owner, "GET", document, null), 200)).isEqualTo(invoice);
    assertThat(
        body(call(finance, "GET", document + "/recomputation", null), 200).path("exact").booleanValue())
        .isTrue();
    assertThat(body(pay(document, "60.00", "bank-1"), 201).at("/open/amount").stringValue()).isEqualTo("59");
    assertThat(body(pay(document, "60.00", "bank-1"), 201).at("/open/amount").stringValue()).isEqualTo("59");
    assertThat(body(pay(document, "60", "bank-2"), 409).at("/errors/0/rule").stringValue())
        .contains("59.00 USD");
    body(pay(document, "0.001", "bank-3"), 422);
    assertThat(body(pay(document, "59", "bank-4"), 201).path("state").stringValue()).isEqualTo("paid");
    assertThat(body(call(owner, "GET", document + "/payments", null), 200).path("data")).hasSize(2);
    JsonNode open = body(call(finance, "POST", document + "/refunds", payment("USD", "9", "back-1")), 201);
    assertThat(open.at("/open/amount").stringValue()).isEqualTo("9");
    assertThat(body(call(finance, "GET", "/tenants/" + tenant + "/audit-log", null), 200).toString())
        .contains("invoice.finalise", "invoice.pay", "invoice.refund", "billing-profile.set",
            "adjustment.add");
  }

  private HttpResponse<String> pay(String document, String amount, String reference) throws Exception {
    return call(finance, "POST", document + "/payments", payment("USD", amount, reference));
  }

  private static String payment(String currency, String amount, String reference) {
    return "{\"amount\":{\"currency\":\"%s\",\"amount\":\"%s\"},\"reference\":\"%s\"}".formatted(currency,
        amount,
        reference);
  }

  @Test
  void documentsAndMonthsComeAsFiles() throws Exception {
    String tenant = charged();
    String document = draft(tenant);
    HttpResponse<String> preview = call(finance, "GET", document + "/files/pdf", null);
    assertThat(preview.statusCode()).isEqualTo(200);
    assertThat(preview.body()).startsWith("%PDF-");
    assertThat(preview.headers().firstValue("Content-Disposition").orElseThrow()).contains("draft-");
    assertThat(call(finance, "GET", document + "/files/ubl", null).statusCode()).isEqualTo(409);
    finalised(document);
    HttpResponse<byte[]> pdf = file(document + "/files/pdf");
    EInvoices.assertValid(pdf.body());
    assertThat(pdf.headers().firstValue("Content-Type")).contains("application/pdf");
    assertThat(pdf.headers().firstValue("Content-Disposition").orElseThrow()).contains("attachment", ".pdf");
    byte[] ubl = file(document + "/files/ubl").body();
    EInvoices.assertValid(ubl);
    assertThat(new String(ubl, StandardCharsets.UTF_8)).contains("<Invoice", ">119<");
    assertThat(call(finance, "GET", document + "/files/json", null).body()).startsWith("{");
    body(call(finance, "GET", document + "/files/docx", null), 404);
    HttpResponse<String> archive = call(finance, "GET", "/tenants/" + tenant + "/exports/" + last, null);
    assertThat(archive.statusCode()).isEqualTo(200);
    assertThat(archive.headers().firstValue("Content-Type")).contains("application/zip");
    assertThat(archive.headers().firstValue("Tollgate-Drafts-Left-Out")).contains("0");
    assertThat(archive.body()).startsWith("PK").contains("index.csv", "lines.csv", "documents.jsonl",
        "pdf/T-");
    HttpResponse<String> all = call(finance, "GET", "/exports/" + last + "?formats=csv,focus", null);
    assertThat(all.body()).contains("lines.csv", "focus-cost-and-usage.csv").doesNotContain("journal.csv");
    body(call(finance, "GET", "/exports/" + last + "?formats=docx", null), 422);
    assertThat(body(call(finance, "GET", "/exports/2019-01", null), 409).at("/errors/0/rule").stringValue())
        .contains("2019-01 is not closed. Name one that is", "[" + last + "]");
  }

  @Test
  void aDocumentIsCorrectedAndReplacedNeverEdited() throws Exception {
    String document = draft(charged());
    finalised(document);
    JsonNode note = body(call(finance, "POST", document + "/credit-notes",
        "{\"net\":{\"currency\":\"USD\",\"amount\":\"30\"},\"reason\":\"Goodwill\"}"), 201);
    assertThat(note.path("kind").stringValue()).isEqualTo("credit_note");
    assertThat(note.at("/sums/total/amount").stringValue()).isEqualTo("35.7");
    assertThat(body(call(finance, "GET", document, null), 200).at("/sums/open/amount").stringValue())
        .isEqualTo("83.3");
    body(call(finance, "POST", document + "/credit-notes",
        "{\"net\":{\"currency\":\"USD\",\"amount\":\"70.01\"},\"reason\":\"Too much\"}"), 409);
    body(call(finance, "POST", document + "/credit-notes",
        "{\"net\":{\"currency\":\"EUR\",\"amount\":\"1\"},\"reason\":\"Currency\"}"), 422);
    String other = draft(charged());
    finalised(other);
    JsonNode replacement = body(
        call(finance, "POST", other + "/replacements", "{\"reason\":\"Wrong address\"}",
            "If-Match", etag(call(finance, "GET", other, null))),
        201);
    assertThat(replacement.path("state").stringValue()).isEqualTo("draft");
    assertThat(body(call(finance, "GET", other, null), 200).path("state").stringValue()).isEqualTo("void");
  }

  @Test
  void whatCannotBeClosedIsRefusedWithWhatCanBe() throws Exception {
    charged();
    YearMonth future = last.plusMonths(14);
    JsonNode refused = body(call(finance, "POST", "/closes", "{\"month\":\"" + future + "\"}"), 409);
    assertThat(refused.at("/errors/0/field").stringValue()).isEqualTo("/month");
    body(call(finance, "GET", "/closes/" + future, null), 404);
    body(call(finance, "GET", "/closes/november", null), 404);
    body(call(finance, "POST", "/closes", "{\"month\":\"2026-13\"}"), 422);
    body(call(finance, "POST", "/closes/" + future + "/finalise", null), 404);
  }

  @Test
  void aProfileThatBreaksARuleIsRefusedWithItsField() throws Exception {
    String path = "/tenants/" + newTenant(operator(OperatorRole.ADMIN)) + "/billing-profile";
    HttpResponse<String> none = call(finance, "GET", path, null);
    assertThat(body(none, 200).path("name").isNull()).isTrue();
    JsonNode refused = body(call(finance, "PUT", path, PROFILE.replace("1900", "0"), "If-Match", etag(none)),
        422);
    assertThat(refused.at("/errors/0/field").stringValue()).isEqualTo("/taxBasisPoints");
    refused = body(call(finance, "PUT", path, PROFILE.replace("\"GB\"", "\"XX\""), "If-Match", etag(none)),
        422);
    assertThat(refused.at("/errors/0/field").stringValue()).isEqualTo("/country");
    put("/issuers/main", ISSUER);
    refused = body(call(finance, "PUT", path,
        PROFILE.replace("\"standard\",\"taxBasisPoints\":1900", "\"reverse_charge\""), "If-Match",
        etag(none)), 422);
    assertThat(refused.at("/errors/0/field").stringValue()).isEqualTo("/taxId");
    body(call(finance, "PUT", path, PROFILE), 428);
  }

  @Test
  void rateLimitsAreReadAndSetForTenantProjectAndKey() throws Exception {
    String support = operator(OperatorRole.SUPPORT);
    String tenant = "/tenants/" + newTenant(support);
    String project = body(call(support, "POST", tenant + "/projects", "{\"name\":\"web\"}"), 201).path("id")
        .stringValue();
    for (String path : new String[]{tenant + "/rate-limits",
        tenant + "/projects/" + project + "/rate-limits"}) {
      HttpResponse<String> none = call(support, "GET", path, null);
      assertThat(body(none, 200).path("requestsPerMinute").isNull()).isTrue();
      body(call(support, "PUT", path, "{\"requestsPerMinute\":60,\"tokensPerMinute\":100000}", "If-Match",
          etag(none)), 200);
      HttpResponse<String> set = call(support, "GET", path, null);
      assertThat(body(set, 200).path("requestsPerMinute").longValue()).isEqualTo(60);
      body(call(support, "PUT", path, "{\"requestsPerMinute\":0}", "If-Match", etag(set)), 422);
      body(call(support, "PUT", path, "{}", "If-Match", etag(none)), 412);
      body(call(support, "PUT", path, "{}", "If-Match", etag(set)), 200);
      assertThat(body(call(support, "GET", path, null), 200).path("requestsPerMinute").isNull()).isTrue();
    }
    body(call(support, "GET", tenant + "/projects/" + UUID.randomUUID() + "/rate-limits", null), 404);
    body(call(support, "GET", tenant + "/api-keys/" + UUID.randomUUID() + "/rate-limits", null), 404);
  }

  @Test
  void remindersArePlannedByLevelsOfTheirOwn() throws Exception {
    String policy = """
        {"from":"2999-01-01","levels":[{"level":1,"daysAfterDue":5,"subject":"Invoice {number}","body":"Please pay {amount}.",
         "suspends":false},{"level":2,"daysAfterDue":%d,"subject":"Again","body":"Please.","suspends":true}]}""";
    JsonNode refused = body(call(finance, "POST", "/dunning-policies", policy.formatted(5)), 422);
    assertThat(refused.at("/errors/0/field").stringValue()).isEqualTo("/levels");
    JsonNode wrong = body(call(finance, "POST", "/dunning-policies",
        policy.formatted(9).replace("\"level\":2", "\"level\":\"2\"")), 422);
    assertThat(wrong.at("/errors/0/field").stringValue()).isEqualTo("/levels/1/level");
    JsonNode planned = body(call(finance, "POST", "/dunning-policies", policy.formatted(9)), 201);
    assertThat(planned.at("/levels/1/daysAfterDue").intValue()).isEqualTo(9);
    // It replaces nothing before its day, and is followed, not changed.
    assertThat(body(call(finance, "GET", "/dunning-levels", null), 200).path("data")).hasSize(3);
    body(call(finance, "POST", "/dunning-policies", policy.formatted(9)), 409);
  }

  @Test
  void whatAPlannedContractPromisesIsAgreedBeforeItBegins() throws Exception {
    String tenant = newTenant(operator(OperatorRole.ADMIN));
    String contract = body(call(finance, "POST", "/tenants/" + tenant + "/contracts",
        """
            {"plan":"enterprise","currency":"USD","zone":"UTC","committedTokensPerMonth":50000000,"from":"2999-01-01T00:00:00Z"}"""),
        201).path("id").stringValue();
    String path = "/tenants/" + tenant + "/contracts/" + contract + "/service-level";
    assertThat(body(call(finance, "GET", path, null), 200).at("/promise/credits/0/belowPpm").intValue())
        .isEqualTo(999_000);
    put(path, """
        {"promise":{"firstTokenMillis":150,"firstTokenPercent":99,"longestPrompt":8192,
         "credits":[{"belowPpm":999900,"basisPoints":500}]}}""");
    assertThat(body(call(finance, "GET", path, null), 200).at("/promise/firstTokenMillis").intValue())
        .isEqualTo(150);
    JsonNode refused = body(call(finance, "PUT", path, """
        {"promise":{"firstTokenMillis":150,"firstTokenPercent":100,"longestPrompt":8192,"credits":[]}}""",
        "If-Match",
        etag(call(finance, "GET", path, null))), 422);
    assertThat(refused.at("/errors/0/field").stringValue()).isEqualTo("/promise/firstTokenPercent");
    body(call(finance, "GET", "/tenants/" + newTenant(operator(OperatorRole.ADMIN)) + "/contracts/" + contract
        + "/service-level", null), 404);
  }
}
