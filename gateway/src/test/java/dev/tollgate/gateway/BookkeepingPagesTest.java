package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.People;
import dev.tollgate.tenants.Person;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What the console's finance staff is told when money, a month or a document is not as they think. */
class BookkeepingPagesTest extends AccountantTest {

  private static final String CHINESE = "zh-CN";

  @Autowired
  People people;

  @Autowired
  SignInLinks links;

  private Browsing browsing;

  @BeforeEach
  void signIn() throws Exception {
    Person person = people.add("p-" + UUID.randomUUID() + "@example.com", "Ada Example");
    people.appoint(person.id(), OperatorRole.FINANCE);
    browsing = new Browsing(port);
    browsing.send(SignInLinks.PATH + links.issue(person.id()), Map.of());
  }

  @AfterEach
  void leave() {
    browsing.close();
  }

  private String page(String document) {
    return "/console" + document.replaceAll("/tenants/[^/]+", "");
  }

  @Test
  void aDecimalCommaIsRefusedAndTheBalanceStays() throws Exception {
    String tenant = contracted(operator(OperatorRole.ADMIN));
    String topUp = "/console/tenants/" + tenant + "/top-up";
    HttpResponse<String> refused = browsing.send(topUp, Map.of("amount", "12,50", "reference", "bank 1"));
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("problem-amount", "no commas", "12,50");
    assertThat(balance(tenant)).isEqualTo("0");
    browsing.send(topUp, Map.of("amount", "12.50", "reference", "bank 1"));
    assertThat(balance(tenant)).isEqualTo("12.5");
  }

  private String balance(String tenant) throws Exception {
    return body(call(finance, "GET", "/tenants/" + tenant + "/balance", null), 200).at("/balance/amount")
        .stringValue();
  }

  /** A payment has tax in it, a credit note is given before tax. */
  @Test
  void theFormsSayWhetherTheirAmountHasTaxInIt() throws Exception {
    String document = draft(charged());
    finalised(document);
    String payment = page(document) + "/payment";
    assertThat(browsing.get(payment).body()).contains("119.00", "including tax").doesNotContain("before tax");
    assertThat(browsing.get(payment, "Accept-Language", CHINESE).body()).contains("含税").doesNotContain("税前");
    assertThat(browsing.get(page(document) + "/credit").body()).contains("before tax");
    HttpResponse<String> coins = browsing.send(payment, Map.of("paid", "0.001", "reference", "bank-1"));
    assertThat(coins.statusCode()).isEqualTo(422);
    assertThat(coins.body()).contains("problem-paid", "whole coins");
  }

  @Test
  void aMonthThatCannotBeExportedSaysWhyAndWhatIsPossible() throws Exception {
    HttpResponse<String> refused = browsing.get("/console/invoices/export?month=2025-12");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("December 2025 is not closed. ").contains("role=\"alert\"");
    assertThat(refused.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(refused.headers().firstValue("Content-Disposition")).isEmpty();
    assertThat(browsing.get("/console/invoices/export?month=2025-12", "Accept-Language", CHINESE).body())
        .contains("2025年12月 尚未结账。");
  }

  @Test
  void aMonthThatCannotBeReadIsNotTakenForAnother() throws Exception {
    for (String month : new String[]{"2025-13", "x", ""}) {
      assertThat(browsing.get("/console/invoices/export?month=" + month).statusCode()).as(month)
          .isEqualTo(404);
    }
  }

  @Test
  void theButtonThatExportsSaysHowManyDraftsAreLeftOut() throws Exception {
    String first = draft(charged());
    draft(charged());
    finalised(first);
    int drafts = jdbc.sql("SELECT count(*) FROM billing.invoice WHERE state = 'DRAFT' AND month = ?")
        .param(last.atDay(1)).query(Integer.class).single();
    assertThat(drafts).isPositive();
    assertThat(browsing.get("/console/invoices?month=" + last).body())
        .contains("Without its drafts: " + drafts);
  }

  @Test
  void whatCannotBeBookedIsSaidBesideItsFieldWithWhatIsPossible() throws Exception {
    String document = draft(charged());
    finalised(document);
    String credit = page(document) + "/credit";
    assertTold(browsing.send(credit, Map.of("net", "100.01", "reason", "Goodwill")), "net",
        "Between 0.01 USD and 100.00 USD before tax can be credited.");
    assertTold(browsing.send(credit, Map.of("net", "1", "reason", "x".repeat(301))), "reason", "Say why");
    String payment = page(document) + "/payment";
    assertTold(browsing.send(payment, Map.of("paid", "119.01", "reference", "bank-1")), "paid",
        "Between 0.01 USD and 119.00 USD can be recorded.");
    assertTold(browsing.send(payment, Map.of("paid", "1", "reference", "bank 1")), "reference", "Name one.");
    assertThat(browsing.send(payment, Map.of("paid", "119", "reference", "bank-1")).statusCode())
        .isEqualTo(303);
    assertTold(browsing.send(payment, Map.of("paid", "1", "reference", "bank-2")), "paid",
        "Nothing is open on T-");
  }

  @Test
  void aMonthThatCannotBeClosedOrFinalisedSaysWhatCan() throws Exception {
    draft(charged());
    String ahead = last.plusMonths(1).toString();
    assertTold(browsing.send("/console/invoices/close", Map.of("month", ahead)), "month",
        "has not ended. It can be closed from ");
    // Other tests leave drafts behind that nobody can be addressed with.
    jdbc.sql("""
        DELETE FROM billing.invoice i WHERE i.state = 'DRAFT'
          AND NOT EXISTS (SELECT FROM billing.profile p WHERE p.tenant_id = i.tenant_id)""").update();
    String finalise = "/console/invoices/finalise?month=" + last;
    assertThat(Browsing.location(browsing.send(finalise, Map.of("month", last.toString()))))
        .endsWith("done=finalised");
    assertTold(browsing.send(finalise, Map.of("month", last.toString())), "month",
        "are finalised already. Export them, or correct one by a credit note.");
  }

  private static void assertTold(HttpResponse<String> answer, String field, String said) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("problem-" + field, said);
  }
}
