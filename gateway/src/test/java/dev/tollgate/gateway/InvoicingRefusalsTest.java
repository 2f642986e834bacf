package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.OperatorRole;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What cannot be paid, refunded, credited or added, over the management API: the field that is at fault, 422 for what is wrong in
 * itself and 409 for what is wrong beside what is there, and what is possible.
 */
class InvoicingRefusalsTest extends AccountantTest {

  /** Of an invoice over 100 USD and 19 of tax. */
  private static final String ISSUED = """
      payments     | {"amount":{EUR 1},"reference":"bank-1"}      | 422 | /amount/currency | must be that of the invoice, USD
      payments     | {"amount":{USD 119.01},"reference":"bank-1"} | 409 | /amount/amount   | Between 0.01 USD and 119.00 USD can be recorded
      payments     | {"amount":{USD 0},"reference":"bank-1"}      | 422 | /amount/amount   | Between 0.01 USD and 119.00 USD can be recorded
      payments     | {"amount":{USD 0.001},"reference":"bank-1"}  | 422 | /amount/amount   | at most 2 digits
      payments     | {"amount":{USD 1},"reference":"bank 1"}      | 422 | /reference       | 1 to 100 letters, digits
      payments     | {"amount":{USD 1},"reference":""}            | 422 | /reference       | Name one
      refunds      | {"amount":{USD 1},"reference":"back-1"}      | 409 | /amount/amount   | Nothing is paid on T-
      credit-notes | {"net":{USD 100.01},"reason":"Goodwill"}     | 409 | /net/amount      | Between 0.01 USD and 100.00 USD before tax can be credited
      credit-notes | {"net":{USD 0},"reason":"Goodwill"}          | 422 | /net/amount      | Between 0.01 USD and 100.00 USD before tax can be credited
      credit-notes | {"net":{EUR 1},"reason":"Goodwill"}          | 422 | /net/currency    | must be that of the invoice, USD
      credit-notes | {"net":{USD 1},"reason":" "}                 | 422 | /reason          | 1 to 300 characters
      finalise     |                                              | 409 |                  | finalised already. Correct it by a credit note
      redraft      |                                              | 409 |                  | Correct it by a credit note, or replace it
      replacements | {"reason":""}                                | 422 | /reason          | Say why
      """;
  private static final String DRAFTED = """
      payments     | {"amount":{USD 1},"reference":"bank-1"}      | 409 |                  | Choose a finalised invoice
      credit-notes | {"net":{USD 1},"reason":"Goodwill"}          | 409 |                  | finalise it first
      """;
  private static final String PAID = """
      payments     | {"amount":{USD 60},"reference":"bank-1"}     | 409 | /reference       | Name another reference
      payments     | {"amount":{USD 60},"reference":"bank-2"}     | 409 | /amount/amount   | Between 0.01 USD and 59.50 USD can be recorded
      refunds      | {"amount":{USD 59.51},"reference":"back-1"}  | 409 | /amount/amount   | Between 0.01 USD and 59.50 USD can be recorded
      replacements | {"reason":"Wrong address"}                   | 409 |                  | Refund it first
      """;

  @Test
  void everyRefusalNamesTheFieldThatIsAtFault() throws Exception {
    String document = draft(charged());
    assertRefused(document, DRAFTED);
    finalised(document);
    assertRefused(document, ISSUED);
    body(
        call(finance, "POST", document + "/payments",
            filled("{\"amount\":{USD 59.5},\"reference\":\"bank-1\"}")),
        201);
    assertRefused(document, PAID);
  }

  private void assertRefused(String document, String table) throws Exception {
    var softly = new SoftAssertions();
    for (String row : table.lines().toList()) {
      String[] cells = row.split("\\|", -1);
      JsonNode answer = JSON.readTree(call(finance, "POST", document + "/" + cells[0].strip(),
          cells[1].isBlank() ? null : filled(cells[1].strip()), "If-Match",
          etag(call(finance, "GET", document, null))).body());
      softly.assertThat(answer.path("status").asInt()).as(row).isEqualTo(Integer.parseInt(cells[2].strip()));
      softly.assertThat(answer.at("/errors/0/field").asString()).as(row).isEqualTo(cells[3].strip());
      softly.assertThat(answer.at("/errors/0/rule").asString()).as(row).startsWith("must ")
          .contains(cells[4].strip());
    }
    softly.assertAll();
  }

  private static String filled(String body) {
    return body.replaceAll("\\{([A-Z]{3}) ([0-9.]+)}", "{\"currency\":\"$1\",\"amount\":\"$2\"}");
  }

  @Test
  void anAdjustmentIsOfACurrencyAndAMonthThatWillBeInvoiced() throws Exception {
    String tenant = charged();
    String path = "/tenants/" + tenant + "/adjustments";
    JsonNode currency = body(
        call(finance, "POST", path, adjustment("charge", "1", "a").replace("USD", "DEM")), 422);
    assertThat(currency.at("/errors/0/field").stringValue()).isEqualTo("/amount/currency");
    String far = adjustment("charge", "1", "b").replace(last.toString(), last.plusMonths(3).toString());
    JsonNode month = body(call(finance, "POST", path, far), 422);
    assertThat(month.at("/errors/0/field").stringValue()).isEqualTo("/serviceMonth");
    assertThat(month.at("/errors/0/rule").stringValue())
        .isEqualTo("must be " + last.plusMonths(2) + " at the latest, the month after this one");
    body(call(finance, "POST", path,
        adjustment("charge", "1", "b").replace(last.toString(), last.plusMonths(2).toString())), 201);
  }

  @Test
  void aMonthThatIsAheadIsRefusedWithTheDayFromWhichItCanBeClosed() throws Exception {
    draft(charged());
    JsonNode ahead = body(
        call(finance, "POST", "/closes", "{\"month\":\"" + last.plusMonths(1) + "\"}"), 409);
    assertThat(ahead.at("/errors/0/field").stringValue()).isEqualTo("/month");
    assertThat(ahead.at("/errors/0/rule").stringValue()).contains("has not ended. It can be closed from "
        + last.plusMonths(2).atDay(1));
  }

  @Test
  void aMonthThatIsFinalisedIsNotFinalisedAgain() throws Exception {
    draft(charged());
    billableOnly();
    body(call(finance, "POST", "/closes/" + last + "/finalise", null), 200);
    JsonNode again = body(call(finance, "POST", "/closes/" + last + "/finalise", null), 409);
    assertThat(again.at("/errors/0/rule").stringValue()).contains("are finalised already. Export them");
  }

  /** Other tests leave drafts behind that nobody can be addressed with. */
  private void billableOnly() {
    jdbc.sql("""
        DELETE FROM billing.invoice i WHERE i.state = 'DRAFT'
          AND NOT EXISTS (SELECT FROM billing.profile p WHERE p.tenant_id = i.tenant_id)""").update();
  }

  @Test
  void aCommitmentIsNoMoreThanAnybodyCanUse() throws Exception {
    String admin = operator(OperatorRole.ADMIN);
    String path = "/tenants/" + UUID.fromString(newTenant(admin)) + "/contracts";
    String contract = """
        {"plan":"enterprise","currency":"USD","zone":"UTC","committedTokensPerMonth":%s}""";
    assertThat(body(call(finance, "POST", path, contract.formatted("1000000000000001")), 422)
        .at("/errors/0/field").stringValue()).isEqualTo("/committedTokensPerMonth");
    body(call(finance, "POST", path, contract.formatted("1000000000000000")), 201);
  }
}
