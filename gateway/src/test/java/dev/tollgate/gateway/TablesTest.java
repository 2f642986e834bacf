package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Money;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The tables of all pages: every heading orders its table, and what does not fit on a page is on the next one. */
class TablesTest extends PagesTest {

  private static final Pattern SORTED = Pattern.compile("id=\"([a-z-]+-[A-Z_]+)\"[^>]*? href=\"([^\"]+)\"");
  private static final Pattern FURTHER = Pattern.compile("id=\"rows-further\" href=\"([^\"]+)\"");
  private static final Pattern NAME = Pattern.compile("<th scope=\"row\">(project [0-9]+)</th>");
  private static final List<String> CONSOLE = List.of("/console/tenants", "/console/tenants/{tenant}",
      "/console/invoices", "/console/prices", "/console/ledger", "/console/economics",
      "/console/service-levels", "/console/audit", "/console/operators", "/console/reconciliation");
  private static final List<String> PORTAL = List.of("/keys", "/usage", "/usage?by=key", "/balance",
      "/invoices", "/projects", "/members");

  @Autowired
  Budgets budgets;

  @Autowired
  Invitations invitations;

  @Test
  void everyHeadingOrdersItsTableBothWays() throws Exception {
    Account account = paying(5 * USD);
    budgets.set(account.tenant(), new Budgets.Subject.OfKey(account.key()),
        new Money("USD", BigInteger.valueOf(USD)));
    invitations.invite(new Holder.Member(account.tenant(), MemberRole.VIEWER), "invited@example.com");
    invitations.invite(new Holder.Operator(OperatorRole.AUDITOR), "invited@example.com");
    reported(account.tenant());
    long run = differences();
    assertThat(post(account.secret(), "/v1/chat/completions", chatBody("out=3")).statusCode()).isEqualTo(200);
    var softly = new SoftAssertions();
    var followed = new ArrayList<String>();
    try (Browsing office = signedIn(operator(OperatorRole.ADMIN));
        Browsing customer = signedIn(member(account.tenant(), MemberRole.OWNER))) {
      for (String page : CONSOLE) {
        follow(office, page.replace("{tenant}", account.tenant().toString()), softly, followed);
      }
      for (String page : PORTAL) {
        follow(customer, "/portal/" + account.tenant() + page, softly, followed);
      }
    }
    jdbc.sql("DELETE FROM billing.reconciliation_run WHERE id = ?").param(run).update();
    softly.assertAll();
    assertThat(followed).hasSizeGreaterThan(50).anyMatch(each -> each.endsWith("budgets-CAP"))
        .anyMatch(each -> each.endsWith("invitations-EMAIL")).anyMatch(each -> each.endsWith("rows-GAP"))
        .anyMatch(each -> each.endsWith("rows-AVAILABILITY"));
  }

  /** As if the books had just been found not to agree. */
  private long differences() {
    long run = jdbc.sql("""
        INSERT INTO billing.reconciliation_run (started_at, took_millis, differences)
        VALUES (now() + interval '1 minute', 1, 2) RETURNING id""").query(Long.class).single();
    jdbc.sql(
        """
            INSERT INTO billing.reconciliation_difference (run_id, checked, unit, expected, found)
            VALUES (?, 'usage = ledger, in all', 'USD', 10, 11), (?, 'ledger = balances, in all', 'TOKEN', 5, 3)""")
        .params(run, run).update();
    return run;
  }

  @Test
  void budgetsNameWhatTheyCapAndDifferencesAreTold() throws Exception {
    Account account = paying(USD);
    budgets.set(account.tenant(), new Budgets.Subject.OfKey(account.key()),
        new Money("USD", BigInteger.valueOf(USD)));
    long run = differences();
    try (Browsing office = signedIn(operator(OperatorRole.FINANCE));
        Browsing customer = signedIn(member(account.tenant(), MemberRole.BILLING))) {
      assertThat(text(customer.get("/portal/" + account.tenant() + "/balance"))).contains("API key · test");
      assertThat(text(office.get("/console/tenants/" + account.tenant()))).contains("API key · test");
      assertThat(text(office.get("/console/reconciliation"))).contains("2 differences",
          "Usage against ledger, in all", "Ledger against balances, in all", "-2");
    } finally {
      jdbc.sql("DELETE FROM billing.reconciliation_run WHERE id = ?").param(run).update();
    }
  }

  private static String text(HttpResponse<String> page) {
    return page.body().replaceAll("<[^>]+>", "");
  }

  private static void follow(Browsing browsing, String page, SoftAssertions softly, List<String> followed)
      throws IOException, InterruptedException {
    HttpResponse<String> first = browsing.get(page);
    softly.assertThat(first.statusCode()).as(page).isEqualTo(200);
    Matcher headings = SORTED.matcher(first.body());
    while (headings.find()) {
      String upward = follow(browsing, path(headings.group(2)), headings.group(1), softly);
      follow(browsing, upward, headings.group(1), softly);
      followed.add(page + " " + headings.group(1));
    }
  }

  /** Follows a heading's link; the answer is where the same heading then leads. */
  private static String follow(Browsing browsing, String path, String heading, SoftAssertions softly)
      throws IOException, InterruptedException {
    HttpResponse<String> response = browsing.get(path);
    softly.assertThat(response.statusCode()).as(path).isEqualTo(200);
    String direction = path.matches(".*sort=-.*") ? "descending" : "ascending";
    Matcher shown = Pattern
        .compile("<th scope=\"col\"[^>]*aria-sort=\"" + direction + "\"[^>]*><a[^>]*? id=\"" + heading
            + "\"[^>]*? href=\"([^\"]+)\"")
        .matcher(response.body());
    boolean found = shown.find();
    softly.assertThat(found).as("%s is ordered %s by %s", path, direction, heading).isTrue();
    return found ? path(shown.group(1)) : path;
  }

  @Test
  void everyRowIsOnOnePageAndASearchNarrowsThem() throws Exception {
    TenantId tenant = account(1).tenant();
    for (int i = 100; i < 160; i++) {
      projects.create(tenant, "project " + i);
    }
    try (Browsing browsing = signedIn(member(tenant, MemberRole.VIEWER))) {
      String base = "/portal/" + tenant + "/projects";
      HttpResponse<String> first = browsing.get(base + "?sort=-name");
      List<String> names = names(first);
      assertThat(names).hasSize(50).startsWith("project 159", "project 158");
      Matcher further = FURTHER.matcher(first.body());
      assertThat(further.find()).isTrue();
      HttpResponse<String> second = browsing.get(path(further.group(1)));
      names.addAll(names(second));
      assertThat(names).hasSize(60).endsWith("project 101", "project 100").doesNotHaveDuplicates();
      assertThat(FURTHER.matcher(second.body()).find()).isFalse();
      assertThat(names(browsing.get(base + "?search=ECT+14"))).hasSize(10);
      assertThat(browsing.get(base + "?search=%25").body()).contains("Nothing fits what you asked for");
      assertThat(browsing.get(base + "?after=nothing&sort=no-such").statusCode()).isEqualTo(200);
    }
  }

  private static List<String> names(HttpResponse<String> page) {
    return new ArrayList<>(NAME.matcher(page.body()).results().map(found -> found.group(1)).toList());
  }

  private static String path(String href) {
    return URLDecoder.decode(href.replace("&amp;", "&"), StandardCharsets.UTF_8).replace(" ", "+");
  }
}
