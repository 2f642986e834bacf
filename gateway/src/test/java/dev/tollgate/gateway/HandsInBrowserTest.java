package dev.tollgate.gateway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Person;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Pages that are worked with a passkey, and with the keyboard alone. */
class HandsInBrowserTest extends BrowserTest {

  @Test
  void aPasskeySignsInWithoutAPassword() {
    try (BrowserContext context = browser()) {
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
      assertThat(page.getByRole(AriaRole.ROWHEADER, new Page.GetByRoleOptions().setName("Laptop")))
          .isVisible();
      page.locator("summary", new Page.LocatorOptions().setHasText(person.name())).click();
      button(page, "Sign out").click();
      button(page, "Sign in with a passkey").click();
      page.waitForURL("**/console");
      assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Overview")))
          .isVisible();
    }
  }

  @Test
  void aTenantIsMadeWithTheKeyboardAlone() {
    try (BrowserContext context = browser()) {
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
      assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Keyboard Works")))
          .isVisible();
    }
  }

  private static void tabTo(Page page, String text) {
    for (int i = 0; i < 60
        && !text.equals(String.valueOf(page.evaluate("document.activeElement.textContent")).strip()); i++) {
      page.keyboard().press("Tab");
    }
    assertThat(page.locator(":focus")).hasText(Pattern.compile("\\s*" + text + "\\s*"));
  }
}
