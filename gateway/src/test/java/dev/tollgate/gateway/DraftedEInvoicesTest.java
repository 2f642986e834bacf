package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.HoldRequest;
import dev.tollgate.billing.Usage;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.testing.CsvTable;
import dev.tollgate.testing.StandInBackend;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** E-invoices of a month that was used, settled, closed and finalised, none of whose lines a test has written. */
class DraftedEInvoicesTest extends AccountantTest {

  private static final String ABROAD = """
      {"name":"Société Générale d’Exemples S.A.","street":"12, rue de la Paix","postalCode":"75002","city":"Paris",
       "country":"FR","email":"compta@example.com","taxId":"FR12345678901","taxKind":"reverse_charge"}""";
  private static final String OVERSEAS = """
      {"name":"北京示例科技有限公司","street":"海淀区中关村大街1号","postalCode":"100080","city":"北京","country":"CN",
       "email":"finance@example.cn","taxKind":"outside_scope","taxNote":"Export of services, not taxable"}""";

  /** Has no tax id, so it cannot charge tax. */
  private static final String ANOTHER_COMPANY = """
      {"name":"Tollgate Operating Inc.","street":"1 Main Street","postalCode":"94105","city":"San Francisco",
       "country":"US","email":"billing@tollgate.example","zone":"America/Los_Angeles","numberPrefix":"TUS-"}""";
  private static final String BILLED_BY_ANOTHER = """
      {"issuer":"us","name":"Example Ltd","street":"1 High Street","postalCode":"EC1A 1BB","city":"London",
       "country":"GB","email":"accounts@example.com","taxKind":"outside_scope","taxNote":"Not taxable"}""";

  @Test
  void everyDocumentOfADraftedMonthIsAValidEInvoice() throws Exception {
    put("/issuers/main", ISSUER);
    TenantId payAsYouGo = underContract("pay-as-you-go", 100_000, 0, PROFILE);
    used(payAsYouGo, new Usage(150_003, 20_001, 30_007));
    body(
        call(finance, "POST", "/tenants/" + payAsYouGo + "/adjustments",
            adjustment("credit", "0.05", "kept-1")),
        201);
    TenantId enterprise = underContract("enterprise", 0, 50_000_000, ABROAD);
    used(enterprise, new Usage(1_234_567, 0, 89_012));
    TenantId overseas = underContract("pay-as-you-go", 0, 0, OVERSEAS);
    used(overseas, new Usage(500_000, 0, 333_333));
    List<JsonNode> invoices = List.of(invoiced(payAsYouGo), invoiced(enterprise), invoiced(overseas));
    assertThat(invoices).extracting(DraftedEInvoicesTest::lines).containsExactly(
        List.of("usage free_allowance", "usage money", "usage money", "usage money", "adjustment"),
        List.of("usage money", "usage money", "shortfall"), List.of("usage money", "usage money"));
    String number = invoices.getFirst().at("/issue/number").stringValue();
    // A note is in the archive of the month in which it is issued.
    credited(payAsYouGo, invoices.getFirst());
    assertThat(exported(payAsYouGo)).containsExactlyInAnyOrder("pdf/" + number + ".pdf",
        "ubl/" + number + ".xml");
    assertThat(exported(enterprise)).hasSize(2);
    assertThat(exported(overseas)).hasSize(2);
  }

  @Test
  void aNoteIsAValidEInvoiceAlsoWhereAnotherCompanyBillsTheTenantByNowOrUnderAnotherRule() throws Exception {
    put("/issuers/main", ISSUER);
    put("/issuers/us", ANOTHER_COMPANY);
    TenantId taxed = underContract("pay-as-you-go", 0, 0, PROFILE);
    TenantId reverse = underContract("pay-as-you-go", 0, 0, ABROAD);
    used(taxed, new Usage(150_003, 20_001, 30_007));
    used(reverse, new Usage(150_003, 20_001, 30_007));
    JsonNode ofTaxed = invoiced(taxed);
    JsonNode ofReverse = invoiced(reverse);
    put("/tenants/" + taxed + "/billing-profile", BILLED_BY_ANOTHER);
    put("/tenants/" + reverse + "/billing-profile", PROFILE);
    for (JsonNode note : List.of(credited(taxed, ofTaxed), credited(reverse, ofReverse))) {
      String document = "/tenants/" + note.path("tenant").stringValue() + "/invoices/"
          + note.path("id").stringValue();
      EInvoices.assertValid(file(document + "/files/pdf").body());
      EInvoices.assertValid(file(document + "/files/ubl").body());
      assertThat(note.at("/issue/number").stringValue()).startsWith("T-C");
    }
  }

  /** Free draws, cached input, a shortfall, a credit and tax, whose lines the samples of the exports only imitate. */
  @Test
  void bothFilesOfFocusSayWhatTheDraftedInvoicesSay() throws Exception {
    put("/issuers/main", ISSUER);
    TenantId payAsYouGo = underContract("pay-as-you-go", 100_000, 0, PROFILE);
    used(payAsYouGo, new Usage(150_003, 20_001, 30_007));
    body(
        call(finance, "POST", "/tenants/" + payAsYouGo + "/adjustments", adjustment("credit", "0.05", "f-1")),
        201);
    TenantId enterprise = underContract("enterprise", 0, 50_000_000, ABROAD);
    used(enterprise, new Usage(1_234_567, 0, 89_012));
    assertFocus(payAsYouGo, invoiced(payAsYouGo),
        List.of("Adjustment", "Tax", "Usage", "Usage", "Usage", "Usage"));
    // What was missing is bought, and is usage that nobody made.
    assertFocus(enterprise, invoiced(enterprise), List.of("Purchase", "Usage", "Usage", "Usage"));
  }

  private void assertFocus(TenantId tenant, JsonNode invoice, List<String> categories) throws Exception {
    var archive = new FocusArchive(file("/tenants/" + tenant + "/exports/" + last + "?formats=focus").body());
    archive.assertAddsUp(invoice.at("/issue/number").stringValue(),
        new BigDecimal(invoice.at("/sums/total/amount").stringValue()));
    assertThat(archive.costs()).extracting(row -> CsvTable.at(row, "ChargeCategory"))
        .containsExactlyInAnyOrderElementsOf(categories);
  }

  @Test
  void aReplacementIsAValidEInvoiceOnceItIsFinal() throws Exception {
    put("/issuers/main", ISSUER);
    TenantId tenant = underContract("pay-as-you-go", 100_000, 0, PROFILE);
    used(tenant, new Usage(150_003, 20_001, 30_007));
    String first = path(tenant) + "/" + invoiced(tenant).path("id").stringValue();
    put("/tenants/" + tenant + "/billing-profile", ABROAD);
    JsonNode draft = body(call(finance, "POST", first + "/replacements", "{\"reason\":\"Wrong address\"}",
        "If-Match", etag(call(finance, "GET", first, null))), 201);
    String replacement = path(tenant) + "/" + draft.path("id").stringValue();
    finalised(replacement);
    EInvoices.assertValid(file(replacement + "/files/pdf").body());
    EInvoices.assertValid(file(replacement + "/files/ubl").body());
  }

  private JsonNode credited(TenantId tenant, JsonNode invoice) throws Exception {
    return body(call(finance, "POST",
        path(tenant) + "/" + invoice.path("id").stringValue() + "/credit-notes",
        "{\"net\":{\"currency\":\"USD\",\"amount\":\"0.1\"},\"reason\":\"Slow answers\"}"), 201);
  }

  private static List<String> lines(JsonNode invoice) {
    return invoice.path("lines").valueStream()
        .map(line -> (line.path("kind").stringValue() + " " + line.path("fund").stringValue("")).strip())
        .toList();
  }

  private static String path(TenantId tenant) {
    return "/tenants/" + tenant + "/invoices";
  }

  private TenantId underContract(String plan, long freeTokens, long committed, String profile)
      throws Exception {
    var tenant = new TenantId(UUID.fromString(newTenant(operator(OperatorRole.ADMIN))));
    jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, credit_limit,
          committed_tokens_per_month, effective)
        VALUES (?, ?, 'USD', 'UTC', ?, ?, ?, '[2026-01-01,)')""")
        .params(tenant.value(), plan, freeTokens, 1_000 * USD, committed).update();
    put("/tenants/" + tenant + "/billing-profile", profile);
    return tenant;
  }

  /** Used and settled in the middle of last month. */
  private void used(TenantId tenant, Usage usage) throws Exception {
    Instant at = last.atDay(15).atTime(12, 0).toInstant(ZoneOffset.UTC);
    var payer = new Payer(tenant, new ProjectId(UUID.randomUUID()), new ApiKeyId(UUID.randomUUID()));
    var request = new HoldRequest(new RequestId(UuidCreator.getTimeOrderedEpoch(at)), payer,
        StandInBackend.MODEL,
        "default", usage.promptTokens(), usage.outputTokens(), at, at.plusSeconds(60));
    // The contract was written behind this instance's back; it hears of it within a second.
    Admission admission = await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10))
        .until(() -> reservations.hold(request), Admission.Held.class::isInstance);
    ((Admission.Held) admission).hold()
        .settle(new Consumption(usage, Outcome.COMPLETED, "/v1/chat/completions", null, at.plusSeconds(1),
            at.plusSeconds(2)))
        .toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private JsonNode invoiced(TenantId tenant) throws Exception {
    return finalised(draft(tenant.toString()));
  }

  private List<String> exported(TenantId tenant) throws IOException, InterruptedException {
    return EInvoices
        .assertValidIn(file("/tenants/" + tenant + "/exports/" + last + "?formats=pdf,ubl").body());
  }
}
