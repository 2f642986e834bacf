package dev.tollgate.gateway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.google.gson.JsonObject;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.tollgate.billing.Adjustments;
import dev.tollgate.billing.Adjustments.Adjustment;
import dev.tollgate.billing.Money;
import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The pages in a browser, as people use them. With {@code -Dtollgate.screenshots=true} pictures go to docs. */
class ConsoleInBrowserTest extends PagesTest {

  private static final Path DOCUMENTED = Path.of("..", "docs", "screenshots");
  private static final int WIDE = 1280;
  private static final int NARROW = 390;
  private static final List<String> CONSOLE = List.of("/console", "/console/tenants", "/console/tenants/new",
      "/console/tenants/{tenant}", "/console/tenants/{tenant}/contract", "/console/invoices", "/console/prices",
      "/console/ledger", "/console/reconciliation", "/console/economics", "/console/backends", "/console/audit",
      "/console/operators", "/account");
  private static final List<String> PORTAL = List.of("", "/keys", "/keys/new", "/keys/{key}", "/usage", "/playground",
      "/balance", "/balance/pack", "/invoices", "/projects", "/members", "/members/invite");

  private static Chromium chromium;

  @Autowired
  Adjustments adjustments;

  @BeforeAll
  static void start() {
    chromium = new Chromium();
  }

  @AfterAll
  static void stop() {
    chromium.close();
  }

  @AfterEach
  void nothingWasReported() {
    chromium.assertNothingReported();
  }

  private String base() {
    return "http://localhost:" + port;
  }

  private Page signIn(BrowserContext context, Person person) {
    Page page = chromium.open(context);
    page.navigate(SignInLinks.PATH + links.issue(person.id()));
    button(page, "Sign in").click();
    page.waitForURL("**/account**");
    return page;
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator link(Page page, String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true))
        .or(button(page, name)).first();
  }

  @Test
  void fromTheFirstSignInToAClosedMonth() throws Exception {
    try (BrowserContext office = chromium.context(base(), WIDE, ColorScheme.LIGHT);
        BrowserContext customer = chromium.context(base(), WIDE, ColorScheme.LIGHT)) {
      Page page = signIn(office, operator(OperatorRole.ADMIN));
      choosePassword(page);
      String tenant = createTenant(page);
      Page portal = acceptInvitation(customer, invite(page, tenant), tenant);
      String secret = createKey(portal, tenant);
      assertThat(post(secret, "/v1/chat/completions", chatBody("out=30")).statusCode()).isEqualTo(200);
      seeUsage(portal, tenant);
      askInThePlayground(portal, tenant);
      buyPack(portal, tenant);
      closeMonth(page, new TenantId(UUID.fromString(tenant)));
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
    page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Northwind Labs");
    page.getByLabel("Short name").fill("northwind-" + UUID.randomUUID().toString().substring(0, 8));
    button(page, "Create tenant").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("The tenant is there.");
    String tenant = page.url().replaceAll(".*/tenants/([0-9a-f-]+).*", "$1");
    // Concluded in the form, but since the month before last, so that there is a month to close.
    jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (?, 'pay-as-you-go', 'USD', 'UTC', 0, tstzrange(now() - interval '70 days', NULL))""")
        .param(UUID.fromString(tenant)).update();
    page.navigate("/console/tenants/" + tenant);
    link(page, "Top up").click();
    page.getByLabel("Amount").fill("not money");
    page.getByLabel("Reference of the payment").fill("bank 4711");
    button(page, "Add to balance").click();
    assertThat(page.getByText("Write an amount such as 12.50.")).isVisible();
    assertThat(page.getByLabel("Reference of the payment")).hasValue("bank 4711");
    page.getByLabel("Amount").fill("250");
    button(page, "Add to balance").click();
    assertThat(page.getByText("bank 4711")).isVisible();
    return tenant;
  }

  private String invite(Page page, String tenant) {
    page.navigate("/console/tenants/" + tenant);
    link(page, "Invite").click();
    page.getByLabel("E-mail").fill("owner-" + UUID.randomUUID() + "@northwind.example");
    button(page, "Make the invitation").click();
    return page.locator("code[id^=link-]").textContent();
  }

  private Page acceptInvitation(BrowserContext customer, String link, String tenant) {
    Page portal = chromium.open(customer);
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
      return portal.getByRole(AriaRole.ROWHEADER, new Page.GetByRoleOptions().setName("first key")).count() == 1;
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

  private void closeMonth(Page page, TenantId tenant) {
    YearMonth month = YearMonth.now(Clock.systemUTC()).minusMonths(1);
    adjustments.add(tenant, new Adjustment(Adjustments.Kind.ADJUSTMENT,
        new Money("USD", BigInteger.valueOf(12 * USD)), month, "Support hours", "hours-1"), "test");
    page.navigate("/console/settings/issuer");
    fillParty(page, "Tollgate Inc.", "billing@tollgate.example");
    page.getByLabel("Time zone").fill("UTC");
    button(page, "Save").click();
    page.navigate("/console/tenants/" + tenant + "/profile");
    fillParty(page, "Northwind Labs Ltd.", "accounts@northwind.example");
    page.getByLabel("Tax rate").fill("810");
    button(page, "Save profile").click();
    page.navigate("/console/invoices/close?month=" + month);
    page.getByLabel("Do not wait").check();
    button(page, "Begin to close").click();
    await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(300)).until(() -> {
      page.navigate("/console/invoices?month=" + month);
      return page.getByText("Northwind Labs").count() > 0;
    });
    page.navigate("/console/invoices/finalise?month=" + month);
    button(page, "Finalise").click();
    page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("Northwind Labs")).getByRole(AriaRole.LINK)
        .first().click();
    assertThat(page.getByText("Finalised").first()).isVisible();
    APIResponse pdf = page.request().get(page.url().replaceAll("\\?.*", "") + "/pdf");
    assertThat(new String(pdf.body(), 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
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

  @Test
  void aPasskeySignsInWithoutAPassword() {
    try (BrowserContext context = chromium.context(base(), WIDE, ColorScheme.LIGHT)) {
      Person person = operator(OperatorRole.AUDITOR);
      Page page = signIn(context, person);
      CDPSession devices = context.newCDPSession(page);
      devices.send("WebAuthn.enable");
      var options = new JsonObject();
      options.addProperty("protocol", "ctap2");
      options.addProperty("transport", "internal");
      options.addProperty("hasResidentKey", true);
      options.addProperty("hasUserVerification", true);
      options.addProperty("isUserVerified", true);
      var device = new JsonObject();
      device.add("options", options);
      devices.send("WebAuthn.addVirtualAuthenticator", device);
      page.getByLabel("Name of the device").fill("Laptop");
      button(page, "Add a passkey").click();
      assertThat(page.getByRole(AriaRole.ROWHEADER, new Page.GetByRoleOptions().setName("Laptop"))).isVisible();
      page.locator("summary", new Page.LocatorOptions().setHasText(person.name())).click();
      button(page, "Sign out").click();
      button(page, "Sign in with a passkey").click();
      page.waitForURL("**/console");
      assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Overview"))).isVisible();
    }
  }

  @Test
  void aTenantIsMadeWithTheKeyboardAlone() {
    try (BrowserContext context = chromium.context(base(), WIDE, ColorScheme.LIGHT)) {
      Page page = signIn(context, operator(OperatorRole.SUPPORT));
      page.navigate("/console");
      page.keyboard().press("Tab");
      assertThat(page.locator(":focus")).hasText("Skip to content");
      tabTo(page, "Tenants");
      page.keyboard().press("Enter");
      page.waitForURL("**/console/tenants");
      tabTo(page, "New tenant");
      page.keyboard().press("Enter");
      page.waitForURL("**/console/tenants/new");
      while (!"name".equals(page.evaluate("document.activeElement.id"))) {
        page.keyboard().press("Tab");
      }
      page.keyboard().type("Keyboard Works");
      page.keyboard().press("Tab");
      page.keyboard().type("keyboard-" + UUID.randomUUID().toString().substring(0, 8));
      page.keyboard().press("Enter");
      assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Keyboard Works"))).isVisible();
    }
  }

  private static void tabTo(Page page, String text) {
    for (int i = 0; i < 60 && !text.equals(String.valueOf(page.evaluate("document.activeElement.textContent")).strip()); i++) {
      page.keyboard().press("Tab");
    }
    assertThat(page.locator(":focus")).hasText(Pattern.compile("\\s*" + text + "\\s*"));
  }

  @Test
  void everyPageIsAccessibleFitsAPhoneAndHasItsPicture() throws IOException {
    Account account = paying(250 * USD);
    addHistory(account);
    Person operator = operator(OperatorRole.ADMIN);
    Person owner = member(account.tenant(), MemberRole.OWNER);
    var problems = new ArrayList<String>();
    for (ColorScheme colors : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      for (int width : colors == ColorScheme.LIGHT ? List.of(WIDE, NARROW) : List.of(WIDE)) {
        visit(operator, CONSOLE, "", account, width, colors, problems);
        visit(owner, PORTAL, "/portal/" + account.tenant(), account, width, colors, problems);
      }
    }
    assertThat(problems).isEmpty();
  }

  private void visit(Person person, List<String> paths, String prefix, Account account, int width,
      ColorScheme colors, List<String> problems) throws IOException {
    try (BrowserContext context = chromium.context(base(), width, colors)) {
      Page page = chromium.open(context);
      page.navigate("/sign-in");
      look(page, "sign-in", width, colors, problems);
      page.navigate(SignInLinks.PATH + links.issue(person.id()));
      button(page, "Sign in").click();
      for (String path : paths) {
        page.navigate(prefix + path.replace("{tenant}", account.tenant().toString())
            .replace("{key}", account.key().toString()));
        look(page, (prefix.isEmpty() ? "" : "portal-") + path.replaceAll("\\{|}", "").replace('/', '-')
            .replaceAll("^-+", ""), width, colors, problems);
      }
    }
  }

  private void look(Page page, String name, int width, ColorScheme colors, List<String> problems)
      throws IOException {
    String about = name + " " + colors + " " + width;
    if (width == WIDE) {
      examine(page, about, colors, problems);
    }
    boolean tooWide = (Boolean) page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
    if (tooWide) {
      problems.add(about + ": wider than the window");
    }
    String file = (name.isEmpty() ? "start" : name.endsWith("-") ? name + "start" : name) + (width == NARROW ? "-narrow" : colors == ColorScheme.DARK ? "-dark" : "")
        + ".png";
    if (Boolean.getBoolean("tollgate.screenshots")) {
      Files.createDirectories(DOCUMENTED);
      Files.write(DOCUMENTED.resolve(file), page.screenshot(new Page.ScreenshotOptions().setFullPage(true)));
    }
  }

  /** Dark differs from light in its colours only. */
  private static void examine(Page page, String about, ColorScheme colors, List<String> problems) {
    AxeBuilder axe = new AxeBuilder(page).setLegacyMode(true);
    for (Rule rule : (colors == ColorScheme.DARK ? axe.withRules(List.of("color-contrast")) : axe).analyze()
        .getViolations()) {
      if (List.of("serious", "critical").contains(rule.getImpact())) {
        problems.add(about + ": " + rule.getId() + " "
            + rule.getNodes().stream().limit(3).map(node -> node.getHtml()).toList());
      }
    }
  }

  /** Two months of roll-ups, so that charts have something to show. */
  private void addHistory(Account account) {
    LocalDate today = LocalDate.now(Clock.system(ZoneOffset.UTC));
    for (int i = 0; i < 60; i++) {
      long requests = 400 + (i * 37L) % 260 + (60 - i) * 6L;
      jdbc.sql("""
          INSERT INTO billing.usage_day VALUES (?, ?, ?, ?, 'stand-in', 'default', 'USD', 'COMPLETED', ?, ?, ?, ?, 0, 0, ?)
          ON CONFLICT DO NOTHING""").params(account.tenant().value(), today.minusDays(i), account.project().id().value(),
          account.key().value(), requests, requests * 900, requests * 300, requests * 240,
          requests * (900 * 3_000_000L + 300 * 300_000L + 240 * 6_000_000L)).update();
    }
  }
}
