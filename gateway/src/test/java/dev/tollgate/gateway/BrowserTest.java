package dev.tollgate.gateway;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.tenants.Person;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pages in a browser, as people use them; one browser for all test classes. */
abstract class BrowserTest extends PagesTest {

  static final int WIDE = 1280;
  static final int NARROW = 390;

  private static @Nullable Chromium chromium;

  /** Closed by JUnit after the last class, on the thread that it belongs to. */
  @RegisterExtension
  static final BeforeAllCallback BROWSER = context -> chromium = context.getRoot()
      .getStore(Namespace.GLOBAL)
      .computeIfAbsent(Chromium.class);

  @AfterEach
  void nothingWasReported() {
    chromium().assertNothingReported();
  }

  static Chromium chromium() {
    return Objects.requireNonNull(chromium, "started before all tests");
  }

  /** A browser of somebody's own. */
  BrowserContext browser() {
    return chromium().context("http://localhost:" + port, WIDE);
  }

  Page signIn(BrowserContext context, Person person) {
    Page page = chromium().open(context);
    page.navigate(SignInLinks.PATH + links.issue(person.id()));
    button(page, "Sign in").click();
    page.waitForURL("**/account**");
    return page;
  }

  static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  static Locator link(Page page, String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true))
        .or(button(page, name)).first();
  }
}
