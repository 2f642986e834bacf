package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Person;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Amounts of documents that no {@code long} of pico-units holds, through the API and the console. */
class LargeAmountsTest extends AccountantTest {

  @Autowired
  People people;

  @Autowired
  SignInLinks links;

  @Test
  void anInvoiceOfMillionsIsChargedPaidRefundedAndCredited() throws Exception {
    String tenant = newTenant(operator(OperatorRole.ADMIN));
    jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (:tenant, 'pay-as-you-go', 'CNY', 'UTC', 0, '[2026-01-01,)')
        """).param("tenant", UUID.fromString(tenant)).update();
    String path = "/tenants/" + tenant;
    put("/issuers/main", ISSUER);
    put(path + "/billing-profile",
        PROFILE.replace("\"taxKind\":\"standard\",\"taxBasisPoints\":1900",
            "\"taxKind\":\"outside_scope\",\"taxNote\":\"Not taxable\""));
    body(call(finance, "POST", path + "/adjustments",
        adjustment("charge", "36000000.00", "setup-1").replace("USD", "CNY")), 201);
    String document = draft(tenant);
    assertThat(finalised(document).at("/sums/due/amount").stringValue()).isEqualTo("36000000");
    assertThat(
        body(record(document, "payments", "12000000.00", "bank-1"), 201).at("/open/amount").stringValue())
        .isEqualTo("24000000");
    paidOnThePage(tenant, document);
    assertThat(body(call(finance, "GET", document, null), 200).path("state").stringValue()).isEqualTo("paid");
    assertThat(
        body(record(document, "refunds", "10000000.01", "back-1"), 201).at("/open/amount").stringValue())
        .isEqualTo("10000000.01");
    body(record(document, "payments", "10000000.01", "bank-3"), 201);
    JsonNode note = body(call(finance, "POST", document + "/credit-notes",
        "{\"net\":{\"currency\":\"CNY\",\"amount\":\"11000000\"},\"reason\":\"Goodwill\"}"), 201);
    assertThat(note.at("/sums/total/amount").stringValue()).isEqualTo("11000000");
    assertThat(body(record(document, "payments", "100000000000000.01", "bank-4"), 422)
        .at("/errors/0/rule").stringValue()).isEqualTo("must be at most 100000000000000");
  }

  private HttpResponse<String> record(String document, String what, String amount,
      String reference) throws Exception {
    return call(finance, "POST", document + "/" + what,
        "{\"amount\":{\"currency\":\"CNY\",\"amount\":\"%s\"},\"reference\":\"%s\"}".formatted(amount,
            reference));
  }

  /** The console fills in what is open, and takes what it filled in. */
  private void paidOnThePage(String tenant, String document) throws Exception {
    Person person = people.add("p-" + UUID.randomUUID() + "@example.com", "Ada Example");
    people.appoint(person.id(), OperatorRole.FINANCE);
    try (var browsing = new Browsing(port)) {
      browsing.send(SignInLinks.PATH + links.issue(person.id()), Map.of());
      String page = document.replace("/tenants/" + tenant, "/console") + "/payment";
      assertThat(browsing.get(page).body()).contains("24000000.00");
      assertThat(browsing.send(page, Map.of("paid", "99999999999999999", "reference", "bank-2")).body())
          .contains("This amount is too large.");
      assertThat(Browsing.location(browsing.send(page, Map.of("paid", "24000000.00", "reference", "bank-2"))))
          .contains("done=saved");
    }
  }
}
