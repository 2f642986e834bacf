package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.credentials.Passwords;
import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Person;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * How every page looks: accessible by axe-core's rules in light, readable in dark, within a phone's width, and in Chinese
 * without a word left over. The pages are those that are mapped, so that a new one is looked at. With
 * {@code -Dtollgate.screenshots=true} pictures go to docs.
 */
class LookInBrowserTest extends FurnishedTest {

  private static final Path DOCUMENTED = Path.of("..", "docs", "screenshots");
  private static final String PICTURES = "tollgate.screenshots";
  private static final int HEIGHT = 900;
  private static final String AXE = axe();
  /** Dark differs from light in its colours only, and pages behind one door in what is within the frame. */
  private static final String EXAMINE = """
      ([part, ...rules]) => axe.run(part, {resultTypes: ['violations'], preload: false, selectors: false, ...(rules.length ? {runOnly: rules} : {})})
        .then(found => found.violations.filter(each => ['serious', 'critical'].includes(each.impact))
          .map(each => each.id + ' ' + each.nodes.slice(0, 3).map(node => node.html).join(' ')))""";
  private static final String TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
  /** What is mapped and is no page: files, a part of one, and the way to another site and back. */
  private static final Set<String> NO_PAGES = Set.of("/console/invoices/{invoice}/pdf",
      "/console/invoices/export", "/console/invoices/progress", "/portal/{tenant}/invoices/{invoice}/pdf",
      "/portal/{tenant}/usage/csv", "/sign-in/provider", "/sign-in/provider/callback");
  /** Pages that are looked at without being signed in, or in a certain order. */
  private static final List<String> OUTSIDE = List.of("/sign-in", "/sign-in/link/{secret}",
      "/invitation/{secret}");
  private static final List<String> LAST = List.of("/sign-in/confirm", "/sign-in/code");
  /** The forms with most kinds of fields; all have the same template, and the others are looked at in light only, unless pictures are taken. */
  private static final Set<String> WHOLE = Set.of("console-tenants-tenant-contract", "portal-keys-new");

  /** Pages whose pictures are taken in Chinese too. */
  private static final Set<String> IN_CHINESE = Set.of("console", "portal-usage");

  private final List<String> problems = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  /** Doors whose frame was looked at: bar, pages and foot are the same behind each. */
  private final Set<String> framed = new HashSet<>();

  @Autowired
  Passwords passwords;
  @Autowired
  @Qualifier("requestMappingHandlerMapping")
  RequestMappingHandlerMapping mappings;

  @Test
  void everyPageIsAccessibleAndFitsAPhone() {
    Account account = furnished();
    Person admin = people.add("ada@example.com", "Ada Example");
    people.appoint(admin.id(), OperatorRole.ADMIN);
    Person owner = people.add("grace@example.com", "Grace Example");
    people.join(account.tenant(), owner.id(), MemberRole.OWNER);
    people.join(paying(USD).tenant(), owner.id(), MemberRole.VIEWER);
    addChanges(account, admin);
    places.put("{person}", admin.id().toString());
    SortedSet<String> pages = pages();
    assertThat(pages).containsAll(OUTSIDE).containsAll(LAST);
    try (BrowserContext context = browser()) {
      Page page = opened(context);
      OUTSIDE.forEach(path -> look(page, path));
      enter(page, admin);
      pages.stream().filter(path -> path.startsWith("/console") || path.startsWith("/account"))
          .forEach(path -> look(page, path));
      look(page, "/console/{missing}");
      look(page, "/sign-in/confirm");
      jdbc.sql("UPDATE gateway.session SET half_way = true WHERE person_id = ?").param(admin.id().value())
          .update();
      look(page, "/sign-in/code");
    }
    places.put("{person}", owner.id().toString());
    try (BrowserContext context = browser()) {
      Page page = opened(context);
      enter(page, owner);
      pages.stream().filter(path -> path.equals("/") || path.startsWith("/portal"))
          .forEach(path -> look(page, path));
    }
    assertThat(problems).isEmpty();
    pages.removeAll(seen);
    assertThat(pages).as("pages that nobody looked at").isEmpty();
  }

  private static Page opened(BrowserContext context) {
    context.addInitScript(AXE);
    return chromium().open(context);
  }

  private void enter(Page page, Person person) {
    page.navigate(SignInLinks.PATH + links.issue(person.id()));
    button(page, "Sign in").click();
    page.waitForURL("**/account**");
    passwords.set(person.id(), PASSWORD);
  }

  private void look(Page page, String path) {
    seen.add(path);
    String address = path;
    for (Map.Entry<String, String> place : places.entrySet()) {
      address = address.replace(place.getKey(), place.getValue());
    }
    Response answer = page.navigate(address);
    if (answer.status() != (path.contains("{missing}") ? 404 : 200)) {
      problems.add(path + ": " + answer.status());
    }
    page.evaluate("document.querySelectorAll('td details').forEach(each => each.open = true)");
    String name = path.replace("{tenant}", path.startsWith("/portal") ? "" : "tenant")
        .replaceAll("[{}]", "").replaceAll("/+", "-").replaceAll("^-|-$", "");
    examined(page, name.isEmpty() ? "home" : name);
  }

  /** What is mapped and shown to people. */
  private SortedSet<String> pages() {
    return mappings.getHandlerMethods().entrySet().stream()
        .filter(entry -> AnnotatedElementUtils.hasAnnotation(entry.getValue().getBeanType(),
            PageController.class)
            && entry.getKey().getMethodsCondition().getMethods().contains(RequestMethod.GET))
        .flatMap(entry -> entry.getKey().getPatternValues().stream())
        .filter(path -> !path.endsWith("/**") && !NO_PAGES.contains(path))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** One visit for all: colours and width change on the page that is open. */
  private void examined(Page page, String name) {
    boolean whole = WHOLE.contains(name) || page.locator("form[data-keep]").count() == 0
        || Boolean.getBoolean(PICTURES);
    String part = framed.add(name.replaceFirst("-.*", "")) ? "html" : "main";
    examine(page, name + " in light", List.of(part));
    fits(page, name);
    if (whole) {
      picture(page, name);
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
      examine(page, name + " in dark", List.of(part, "color-contrast"));
      picture(page, name + "-dark");
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }
    page.setViewportSize(NARROW, HEIGHT);
    fits(page, name + " on a phone");
    picture(page, name + "-narrow");
    page.setViewportSize(WIDE, HEIGHT);
    inChinese(page, name);
  }

  /** The same page in the other language: no message is missing, and nothing grows beyond the window. */
  private void inChinese(Page page, String name) {
    if (!Boolean.getBoolean(PICTURES)) {
      return;
    }
    page.context().addCookies(List.of(new Cookie("tollgate_language", "zh-CN").setUrl(page.url())));
    page.reload();
    fits(page, name + " in Chinese");
    if (IN_CHINESE.contains(name)) {
      picture(page, name + "-zh");
    }
    page.context().clearCookies(new BrowserContext.ClearCookiesOptions().setName("tollgate_language"));
  }

  private void examine(Page page, String about, List<String> partAndRules) {
    if (page.evaluate(EXAMINE, partAndRules) instanceof List<?> found) {
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

  private static void picture(Page page, String name) {
    if (Boolean.getBoolean(PICTURES)) {
      page.screenshot(
          new Page.ScreenshotOptions().setFullPage(true).setPath(DOCUMENTED.resolve(name + ".png")));
    }
  }

  private static String axe() {
    try (InputStream source = Objects.requireNonNull(AxeBuilder.class.getResourceAsStream("/axe.min.js"))) {
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
