package dev.tollgate.gateway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.tollgate.billing.Adjustments;
import dev.tollgate.billing.Adjustments.Adjustment;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Business from its first day to the end of a month, through the pages alone. */
class WalkInBrowserTest extends BrowserTest {

  /** No other test's tenant is called like this: lists show everything that is in the database. */
  private static final String NAME = "Harbour Robotics";

  @Autowired
  Adjustments adjustments;

  @Autowired
  Contracts contracts;

  @Test
  void fromTheFirstSignInToAClosedMonth() throws Exception {
    try (BrowserContext office = browser();
        BrowserContext customer = browser()) {
      Page page = signIn(office, operator(OperatorRole.ADMIN));
      choosePassword(page);
      String tenant = createTenant(page);
      Page portal = acceptInvitation(customer, invite(page, tenant), tenant);
      String secret = createKey(portal, tenant);
      assertThat(post(secret, "/v1/chat/completions", chatBody("out=30")).statusCode()).isEqualTo(200);
      seeUsage(portal, tenant);
      askInThePlayground(portal, tenant);
      buyPack(portal, tenant);
      orderPack(portal, page, tenant);
      closeMonth(page, new TenantId(UUID.fromString(tenant)));
      downloadInvoice(portal, tenant);
    }
  }

  private void choosePassword(Page page) {
    link(page, "Choose a password").click();
    page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).fill(PASSWORD);
    page.getByLabel("Password once more").fill("something else entirely");
    button(page, "Save password").click();
    assertThat(page.getByText("This is not the same as above.")).isVisible();
    page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).fill(PASSWORD);
    page.getByLabel("Password once more").fill(PASSWORD);
    button(page, "Save password").click();
    assertThat(page.getByText("A password is set.")).isVisible();
  }

  private String createTenant(Page page) {
    page.navigate("/console/tenants");
    link(page, "New tenant").click();
    page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill(NAME);
    page.getByLabel("Short name").fill("harbour-" + UUID.randomUUID().toString().substring(0, 8));
    button(page, "Create tenant").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("The tenant is there.");
    String tenant = page.url().replaceAll(".*/tenants/([0-9a-f-]+).*", "$1");
    // Concluded in the form, but since the month before last, so that there is a month to close.
    jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (?, 'pay-as-you-go', 'USD', 'UTC', 0, tstzrange(now() - interval '70 days', NULL))""")
        .param(UUID.fromString(tenant)).update();
    // The gateway hears of it within a second.
    await().until(() -> contracts.inForce(new TenantId(UUID.fromString(tenant)), Instant.now()) != null);
    page.navigate("/console/tenants/" + tenant);
    link(page, "Top up").click();
    page.getByLabel("Amount").fill("not money");
    page.getByLabel("Reference of the payment").fill("bank 4711");
    button(page, "Add to balance").click();
    assertThat(page.getByText("Write an amount such as 1250.00: a point before the decimals, and no commas."))
        .isVisible();
    assertThat(page.getByLabel("Reference of the payment")).hasValue("bank 4711");
    page.getByLabel("Amount").fill("250");
    button(page, "Add to balance").click();
    assertThat(page.getByText("bank 4711")).isVisible();
    return tenant;
  }

  private String invite(Page page, String tenant) {
    page.navigate("/console/tenants/" + tenant);
    link(page, "Invite").click();
    page.getByLabel("E-mail").fill("owner-" + UUID.randomUUID() + "@harbour.example");
    button(page, "Make the invitation").click();
    return page.locator("code[id^=link-]").textContent();
  }

  private Page acceptInvitation(BrowserContext customer, String link, String tenant) {
    Page portal = chromium().open(customer);
    portal.navigate(link);
    portal.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Grace Owner");
    portal.getByLabel("Password").fill(PASSWORD);
    button(portal, "Join").click();
    portal.waitForURL("**/portal/" + tenant + "**");
    return portal;
  }

  private String createKey(Page portal, String tenant) {
    portal.navigate("/portal/" + tenant + "/keys/new");
    portal.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("first key");
    portal.getByLabel("Budget per month").fill("20");
    button(portal, "Create key").click();
    String secret = portal.locator("#secret").textContent();
    assertThat(secret).startsWith("tg_live_");
    portal.reload();
    assertThat(portal.locator("#secret")).hasText(secret);
    return secret;
  }

  private void seeUsage(Page portal, String tenant) {
    await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(300)).until(() -> {
      portal.navigate("/portal/" + tenant + "/usage?by=key");
      return portal.getByRole(AriaRole.ROWHEADER, new Page.GetByRoleOptions().setName("first key"))
          .count() == 1;
    });
    APIResponse csv = portal.request().get("/portal/" + tenant + "/usage/csv");
    assertThat(csv.text()).startsWith("day,project,key,model,").contains("\"stand-in\",1,0,");
  }

  private void askInThePlayground(Page portal, String tenant) {
    portal.navigate("/portal/" + tenant + "/playground");
    portal.getByLabel("Your message").fill("out=8");
    button(portal, "Ask").click();
    assertThat(portal.locator("#about-answer")).containsText("tokens");
    assertThat(portal.locator("#answer").textContent()).isNotBlank();
  }

  private void buyPack(Page portal, String tenant) {
    portal.navigate("/portal/" + tenant + "/balance/pack");
    portal.getByLabel("Counted in").selectOption("WORTH");
    portal.getByLabel("How much").fill("50");
    button(portal, "Buy pack").click();
    assertThat(portal.getByRole(AriaRole.STATUS)).containsText("The pack is bought");
    assertThat(portal.getByText("20,833,333").first()).isVisible();
  }

  /** Paid by bank transfer: ordered by the tenant, confirmed by the operator. */
  private void orderPack(Page portal, Page page, String tenant) {
    portal.navigate("/portal/" + tenant + "/balance/pack");
    portal.getByLabel("How much").fill("2000000");
    portal.getByLabel("Paid").selectOption("TRANSFER");
    button(portal, "Buy pack").click();
    assertThat(portal.getByRole(AriaRole.STATUS)).containsText("The order is placed.");
    String reference = portal.locator("li code").textContent();
    assertThat(reference).startsWith("order-");
    page.navigate("/console/tenants/" + tenant);
    assertThat(page.getByText(reference)).isVisible();
    link(page, "Payment is there").click();
    button(page, "The payment is there").click();
    assertThat(page.locator("#packs [title=" + reference + "]")).isVisible();
    portal.navigate("/portal/" + tenant + "/balance");
    assertThat(portal.locator("#packs [title=" + reference + "]")).isVisible();
    assertThat(portal.getByText("Ordered, to be paid")).isHidden();
  }

  private static void downloadInvoice(Page portal, String tenant) throws IOException {
    portal.navigate("/portal/" + tenant + "/invoices");
    Download file = portal.waitForDownload(() -> portal.locator("tbody a").first().click());
    assertThat(file.suggestedFilename()).endsWith(".pdf");
    EInvoices.assertValid(Files.readAllBytes(file.path()));
  }

  private void closeMonth(Page page, TenantId tenant) {
    YearMonth month = YearMonth.now(Clock.systemUTC()).minusMonths(1);
    adjustments.add(tenant, new Adjustment(Adjustments.Kind.ADJUSTMENT,
        new Money("USD", BigInteger.valueOf(12 * USD)), month, "Support hours", "hours-1"), "test");
    page.navigate("/console/settings/issuer");
    fillParty(page, "Tollgate Inc.", "billing@tollgate.example");
    page.getByLabel("Tax number").fill("CHE123456788");
    page.getByLabel("Time zone").fill("UTC");
    button(page, "Save").click();
    assertThat(page.getByRole(AriaRole.STATUS).first()).isVisible();
    page.navigate("/console/tenants/" + tenant + "/profile");
    fillParty(page, NAME + " Ltd.", "accounts@harbour.example");
    page.getByLabel("Tax rate").fill("810");
    button(page, "Save profile").click();
    assertThat(page.getByRole(AriaRole.STATUS).first()).isVisible();
    page.navigate("/console/invoices/close?month=" + month);
    page.getByLabel("Do not wait").check();
    button(page, "Begin to close").click();
    assertThat(page.getByRole(AriaRole.STATUS).first()).isVisible();
    await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(300)).until(() -> {
      page.navigate("/console/invoices?month=" + month);
      return page.getByText(NAME).count() > 0;
    });
    page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(NAME))
        .getByRole(AriaRole.LINK).first().click();
    page.waitForURL("**/console/invoices/*-*-*-*-*");
    assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Draft"))).isVisible();
    APIResponse preview = page.request().get(page.url().replaceAll("\\?.*", "") + "/pdf");
    assertThat(new String(preview.body(), 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
    page.navigate("/console/invoices/finalise?month=" + month);
    button(page, "Finalise").click();
    page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(NAME))
        .getByRole(AriaRole.LINK)
        .first().click();
    page.waitForURL("**/console/invoices/*-*-*-*-*");
    assertThat(page.getByText("Finalised").first()).isVisible();
    APIResponse pdf = page.request().get(page.url().replaceAll("\\?.*", "") + "/pdf");
    EInvoices.assertValid(pdf.body());
    APIResponse zip = page.request().get("/console/invoices/export?month=" + month);
    assertThat(new String(zip.body(), 0, 2, StandardCharsets.US_ASCII)).isEqualTo("PK");
  }

  private static void fillParty(Page page, String name, String email) {
    page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill(name);
    page.getByLabel("Street and number").fill("1 Main Street");
    page.getByLabel("Postal code").fill("8000");
    page.getByLabel("City").fill("Zurich");
    page.getByLabel("Country").fill("CH");
    page.getByLabel("E-mail").fill(email);
  }
}
