package dev.tollgate.gateway;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.tenants.Person;
import dev.tollgate.testing.StandInBackend;
import dev.tollgate.testing.TestPostgres;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfiguration;

/**
 * The pages in a browser, as people use them. What these classes see is theirs alone, the gateway with its database too: they
 * take long, and run beside all others, one of them at a time.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("browser")
@ContextConfiguration(initializers = BrowserTest.OwnGateway.class)
abstract class BrowserTest extends PagesTest {

  static final int WIDE = 1280;
  static final int NARROW = 390;

  private static @Nullable Chromium chromium;

  /** Put before the properties that all other classes share. */
  static final class OwnGateway implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final TestPostgres.Database DATABASE = TestPostgres.migrated();
    private static final StandInBackend BACKEND = StandInBackend.start();

    @Override
    public void initialize(ConfigurableApplicationContext context) {
      context.getEnvironment().getPropertySources()
          .addFirst(new MapPropertySource("browser", Map.of("spring.datasource.url", DATABASE.url(),
              "spring.datasource.driver-class-name", "org.postgresql.Driver", "spring.datasource.username",
              DATABASE.user(), "spring.datasource.password", DATABASE.password(),
              "tollgate.billing.journal-dir", "target/journal-of-browsers", "tollgate.backend.addresses",
              BACKEND.address())));
    }
  }

  @BeforeAll
  static void openBrowser() {
    chromium = new Chromium();
  }

  @AfterAll
  static void closeBrowser() {
    chromium().close();
  }

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
