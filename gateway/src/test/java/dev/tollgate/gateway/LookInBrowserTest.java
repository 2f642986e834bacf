package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import dev.tollgate.gateway.console.credentials.Passwords;
import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Person;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * How every page looks: accessible by axe-core's rules in light, readable in dark, within a phone's width, and in Chinese
 * without a word left over. With {@code -Dtollgate.screenshots=true} pictures go to docs.
 */
class LookInBrowserTest extends BrowserTest {

  private static final Path DOCUMENTED = Path.of("..", "docs", "screenshots");
  private static final int HEIGHT = 900;
  private static final String AXE = axe();
  /** Dark differs from light in its colours only. */
  private static final String EXAMINE = """
      rules => axe.run(document, {resultTypes: ['violations'], preload: false, selectors: false, ...(rules.length ? {runOnly: rules} : {})})
        .then(found => found.violations.filter(each => ['serious', 'critical'].includes(each.impact))
          .map(each => each.id + ' ' + each.nodes.slice(0, 3).map(node => node.html).join(' ')))""";
  private static final String TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
  private static final List<String> CONSOLE = List.of("/console", "/console/tenants", "/console/tenants/new",
      "/console/tenants/{tenant}", "/console/tenants/{tenant}/contract", "/console/invoices",
      "/console/invoices/{invoice}",
      "/console/prices",
      "/console/prices/{price}/preview", "/console/ledger", "/console/reconciliation", "/console/economics",
      "/console/service-levels", "/console/backends", "/console/audit", "/console/operators",
      "/console/settings", "/account", "/sign-in/confirm", "/sign-in/code");
  private static final List<String> PORTAL = List.of("", "/keys", "/keys/new", "/keys/{key}", "/usage",
      "/playground",
      "/balance", "/balance/pack", "/invoices", "/projects", "/members", "/members/invite");

  private final List<String> problems = new ArrayList<>();

  @Autowired
  Passwords passwords;

  @Test
  void everyPageIsAccessibleAndFitsAPhone() throws IOException {
    Account account = paying(250 * USD);
    tenants.rename(account.tenant(), "Northwind Labs",
        tenants.find(account.tenant()).orElseThrow().version());
    addHistory(account);
    addInvoice(account);
    Person admin = operator(OperatorRole.ADMIN);
    visit(admin, CONSOLE, "", account);
    visit(member(account.tenant(), MemberRole.OWNER), PORTAL, "/portal/" + account.tenant(), account);
    assertThat(problems).isEmpty();
  }

  private void visit(Person person, List<String> paths, String prefix, Account account) throws IOException {
    try (BrowserContext context = browser()) {
      context.addInitScript(AXE);
      Page page = chromium().open(context);
      page.navigate("/sign-in");
      look(page, "sign-in");
      page.navigate(SignInLinks.PATH + links.issue(person.id()));
      button(page, "Sign in").click();
      page.waitForURL("**/account**");
      passwords.set(person.id(), PASSWORD);
      String invoice = invoiceOf(account);
      for (String path : paths) {
        if (path.equals("/sign-in/code")) {
          jdbc.sql("UPDATE gateway.session SET half_way = true WHERE person_id = ?")
              .param(person.id().value())
              .update();
        }
        Response answer = page.navigate(prefix + path.replace("{tenant}", account.tenant().toString())
            .replace("{key}", account.key().toString()).replace("{price}", "1")
            .replace("{invoice}", invoice));
        if (answer.status() != 200) {
          problems.add(path + ": " + answer.status());
        }
        String name = ((prefix.isEmpty() ? "" : "portal") + path.replaceAll("[{}]", "").replace('/', '-'));
        look(page, name.replaceAll("^-", ""));
      }
    }
  }

  /** One visit for all: colours and width change on the page that is open. */
  private void look(Page page, String name) throws IOException {
    examine(page, name + " in light", List.of());
    fits(page, name);
    picture(page, name);
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    examine(page, name + " in dark", List.of("color-contrast"));
    picture(page, name + "-dark");
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    page.setViewportSize(NARROW, HEIGHT);
    fits(page, name + " on a phone");
    picture(page, name + "-narrow");
    page.setViewportSize(WIDE, HEIGHT);
    inChinese(page, name);
  }

  /** The same page in the other language: no message is missing, and nothing grows beyond the window. */
  private void inChinese(Page page, String name) throws IOException {
    if (!Boolean.getBoolean("tollgate.screenshots")) {
      return;
    }
    page.context().addCookies(List.of(new Cookie("tollgate_language", "zh-CN").setUrl(page.url())));
    page.reload();
    fits(page, name + " in Chinese");
    picture(page, name + "-zh");
    page.context().clearCookies(new BrowserContext.ClearCookiesOptions().setName("tollgate_language"));
  }

  private void examine(Page page, String about, List<String> rules) {
    if (page.evaluate(EXAMINE, rules) instanceof List<?> found) {
      found.forEach(each -> problems.add(about + ": " + each));
    }
  }

  private void fits(Page page, String about) {
    if (page.locator("body").innerText().contains("??")) {
      problems.add(about + ": a message is missing");
    }
    if (Boolean.TRUE.equals(page.evaluate(TOO_WIDE))) {
      problems.add(about + ": wider than the window");
    }
  }

  private static void picture(Page page, String name) throws IOException {
    if (Boolean.getBoolean("tollgate.screenshots")) {
      Files.createDirectories(DOCUMENTED);
      Files.write(DOCUMENTED.resolve(name + ".png"),
          page.screenshot(new Page.ScreenshotOptions().setFullPage(true)));
    }
  }

  private String invoiceOf(Account account) {
    return jdbc.sql("SELECT id::text FROM billing.invoice WHERE tenant_id = ?")
        .param(account.tenant().value())
        .query(String.class).single();
  }

  /** A draft of last month, with a line of usage and one that was added by hand. */
  private void addInvoice(Account account) {
    jdbc.sql(
        """
            WITH month AS (SELECT date_trunc('month', now() AT TIME ZONE 'UTC' - interval '1 month') AS begins),
            drafted AS (
              INSERT INTO billing.invoice (tenant_id, kind, state, month, span, previous_cut, cut_at, currency, net, total, due)
              SELECT ?, 'INVOICE', 'DRAFT', begins, tstzrange(begins AT TIME ZONE 'UTC', (begins + interval '1 month') AT TIME ZONE 'UTC'),
                now(), now(), 'USD', 12000, 12000, 12000 FROM month RETURNING id, month)
            INSERT INTO billing.invoice_line (invoice_id, position, kind, service_month, charged_to, description, requests, quantity,
              unit_price, fund_amount, amount_pico, amount)
            SELECT id, 1, 'ADJUSTMENT', month, 'INVOICE', 'Support hours', 0, 1, 0, 0, 120 * 10::numeric ^ 12, 12000 FROM drafted""")
        .param(account.tenant().value()).update();
  }

  /** Two months of roll-ups and what GPUs cost, so that charts and margins have something to show. */
  private void addHistory(Account account) {
    LocalDate today = LocalDate.now(Clock.system(ZoneOffset.UTC));
    for (int i = 0; i < 60; i++) {
      long requests = (400 + (i * 37L) % 260 + (60 - i) * 6L) * 100;
      jdbc.sql(
          """
              INSERT INTO billing.usage_day VALUES (?, ?, ?, ?, 'stand-in', 'default', 'USD', 'COMPLETED', ?, ?, ?, ?, 0, 0, ?)
              ON CONFLICT DO NOTHING""")
          .params(account.tenant().value(), today.minusDays(i), account.project().id().value(),
              account.key().value(), requests, requests * 900, requests * 300, requests * 240,
              requests * (900 * 3_000_000L + 300 * 300_000L + 240 * 6_000_000L))
          .update();
    }
    jdbc.sql("INSERT INTO gateway.gpu_cost VALUES (?, 1, 'USD', ?) ON CONFLICT DO NOTHING")
        .params(today.minusDays(90), 2_100_000_000_000L).update();
    jdbc.sql(
        """
            INSERT INTO billing.usage_month
            SELECT ?, date_trunc('month', CAST(? AS date) - interval '1 month'), 0, 1, 'stand-in', 'default', f.account_id, 1,
              p.pico_per_token, 40000, 36000000, 36000000 * p.pico_per_token
            FROM billing.price p, billing.fund f WHERE p.id = 1 AND f.tenant_id = ? AND f.kind = 'MONEY'""")
        .params(account.tenant().value(), today, account.tenant().value()).update();
  }

  private static String axe() {
    try (InputStream source = Objects.requireNonNull(AxeBuilder.class.getResourceAsStream("/axe.min.js"))) {
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
