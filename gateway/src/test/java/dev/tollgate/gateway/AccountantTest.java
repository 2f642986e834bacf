package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.tenants.OperatorRole;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/** What an accountant does over the management API: last month is closed, its drafts are finalised, documents come as files. */
abstract class AccountantTest extends ManagementTest {

  static final String ISSUER = """
      {"name":"Tollgate Operating GmbH","street":"Hauptstrasse 1","postalCode":"10115","city":"Berlin","country":"DE",
       "taxId":"DE123456789","email":"billing@tollgate.example","iban":"DE02120300000000202051","zone":"UTC",
       "numberPrefix":"T-"}""";
  static final String PROFILE = """
      {"name":"Example Ltd","street":"1 High Street","postalCode":"EC1A 1BB","city":"London","country":"GB",
       "email":"accounts@example.com","taxKind":"standard","taxBasisPoints":1900}""";

  final YearMonth last = YearMonth.now(ZoneOffset.UTC).minusMonths(1);
  String finance = "";

  @BeforeEach
  void finance() {
    finance = operator(OperatorRole.FINANCE);
  }

  /** A tenant under contract since long ago that is to pay 100 dollars for last month. */
  String charged() throws Exception {
    String tenant = newTenant(operator(OperatorRole.ADMIN));
    jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (:tenant, 'pay-as-you-go', 'USD', 'UTC', 0, '[2026-01-01,)')
        """).param("tenant", UUID.fromString(tenant)).update();
    String path = "/tenants/" + tenant;
    put("/issuers/main", ISSUER);
    put(path + "/billing-profile", PROFILE);
    body(call(finance, "POST", path + "/adjustments", adjustment("charge", "100", "setup-1")), 201);
    return tenant;
  }

  String adjustment(String direction, String amount, String reference) {
    return """
        {"direction":"%s","amount":{"currency":"USD","amount":"%s"},"serviceMonth":"%s","description":"Setup",
         "reference":"%s"}""".formatted(direction, amount, last, reference);
  }

  void put(String path, String body) throws Exception {
    body(call(finance, "PUT", path, body, "If-Match", etag(call(finance, "GET", path, null))), 200);
  }

  void closeLastMonth() throws Exception {
    JsonNode begun = body(
        call(finance, "POST", "/closes", "{\"month\":\"" + last + "\",\"withoutWaiting\":true}"),
        201);
    assertThat(begun.path("month").stringValue()).isEqualTo(last.toString());
    await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
      JsonNode close = body(call(finance, "GET", "/closes/" + last, null), 200);
      assertThat(close.path("stage").stringValue()).isEqualTo("drafted");
      assertThat(close.path("tenantsDone")).isEqualTo(close.path("tenants"));
      assertThat(close.path("remaining").longValue()).isZero();
    });
  }

  /** The tenant's draft of last month. Closes it, also when another test did before. */
  String draft(String tenant) throws Exception {
    closeLastMonth();
    JsonNode rows = body(call(finance, "GET", "/tenants/" + tenant + "/invoices?state=draft", null), 200);
    assertThat(rows.path("data")).hasSize(1);
    return "/tenants/" + tenant + "/invoices/" + rows.at("/data/0/id").stringValue();
  }

  JsonNode finalised(String document) throws Exception {
    return body(call(finance, "POST", document + "/finalise", null, "If-Match",
        etag(call(finance, "GET", document, null))), 200);
  }

  HttpResponse<byte[]> file(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> file = HTTP.send(HttpRequest.newBuilder(uri("/api/v1" + path))
        .header("Authorization", "Bearer " + finance).build(), BodyHandlers.ofByteArray());
    assertThat(file.statusCode()).isEqualTo(200);
    return file;
  }
}
