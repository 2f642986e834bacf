package dev.tollgate.gateway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.tollgate.gateway.console.credentials.Passwords;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Pages that are worked with a passkey, and with the keyboard alone. */
class HandsInBrowserTest extends BrowserTest {

  @Autowired
  Passwords passwords;

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
  void aTenantIsFoundAndToppedUpWithTheKeyboardAlone() {
    try (BrowserContext context = browser()) {
      TenantId tenant = named("Keyboard Works", paying(1).tenant());
      Page page = signIn(context, operator(OperatorRole.FINANCE));
      page.navigate("/console");
      page.keyboard().press("Tab");
      assertThat(page.locator(":focus")).hasText("Skip to content");
      follow(page, "Tenants", "**/console/tenants");
      tabToField(page, "search");
      page.keyboard().type(slug(tenant));
      page.waitForURL("**search=" + slug(tenant) + "**");
      assertThat(page.locator("tbody tr")).hasCount(1);
      follow(page, "Keyboard Works", "**/console/tenants/" + tenant);
      follow(page, "Top up", "**/top-up");
      tabToField(page, "amount");
      page.keyboard().type("12.50");
      page.keyboard().press("Tab");
      page.keyboard().type("by hand");
      page.keyboard().press("Enter");
      assertThat(page.getByRole(AriaRole.ROWHEADER, new Page.GetByRoleOptions().setName("by hand")))
          .isVisible();
    }
  }

  @Test
  void aKeyIsMadeCopiedAndRevokedWithTheKeyboardAlone() {
    try (BrowserContext context = browser()) {
      context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
      TenantId tenant = paying(1).tenant();
      Page page = signIn(context, member(tenant, MemberRole.DEVELOPER));
      page.navigate("/portal/" + tenant);
      follow(page, "API keys", "**/keys");
      follow(page, "New key", "**/keys/new");
      tabToField(page, "name");
      page.keyboard().type("typed");
      page.keyboard().press("Enter");
      String secret = page.locator("#secret").textContent();
      tabTo(page, "Copy");
      page.keyboard().press("Enter");
      assertThat(page.locator("[data-copy=secret]")).hasText("Copied");
      Assertions.assertThat(page.evaluate("navigator.clipboard.readText()")).isEqualTo(secret);
      follow(page, "Revoke", "**/revoke");
      tabTo(page, "Revoke key");
      page.keyboard().press("Enter");
      assertThat(page.getByRole(AriaRole.STATUS)).containsText("The key is revoked.");
    }
  }

  @Test
  void whatWasTypedOutlastsASessionAndAButtonPressedTwiceDoesItOnce() {
    try (BrowserContext context = browser()) {
      TenantId tenant = paying(1).tenant();
      Person person = operator(OperatorRole.FINANCE);
      Page page = signIn(context, person);
      passwords.set(person.id(), PASSWORD);
      page.navigate("/console/tenants/" + tenant + "/top-up");
      page.getByLabel("Amount").fill("7");
      page.getByLabel("Reference of the payment").fill("typed before");
      jdbc.sql("DELETE FROM gateway.session WHERE person_id = ?").param(person.id().value()).update();
      button(page, "Add to balance").click();
      page.getByLabel("E-mail").fill(person.email());
      page.getByLabel("Password").fill(PASSWORD);
      button(page, "Sign in").click();
      assertThat(page.getByLabel("Reference of the payment")).hasValue("typed before");
      assertThat(page.getByLabel("Amount")).hasValue("7");
      button(page, "Add to balance").dblclick();
      assertThat(page.getByRole(AriaRole.ROWHEADER, new Page.GetByRoleOptions().setName("typed before")))
          .hasCount(1);
    }
  }

  private TenantId named(String name, TenantId tenant) {
    tenants.rename(tenant, name, tenants.find(tenant).orElseThrow().version());
    return tenant;
  }

  private String slug(TenantId tenant) {
    return tenants.find(tenant).orElseThrow().slug();
  }

  private static void follow(Page page, String text, String url) {
    tabTo(page, text);
    page.keyboard().press("Enter");
    page.waitForURL(url);
  }

  private static void tabToField(Page page, String name) {
    for (int i = 0; i < 60 && !name.equals(page.evaluate("document.activeElement.name")); i++) {
      page.keyboard().press("Tab");
    }
    assertThat(page.locator(":focus")).hasAttribute("name", name);
  }

  private static void tabTo(Page page, String text) {
    for (int i = 0; i < 60
        && !text.equals(String.valueOf(page.evaluate("document.activeElement.textContent")).strip()); i++) {
      page.keyboard().press("Tab");
    }
    assertThat(page.locator(":focus")).hasText(Pattern.compile("\\s*" + text + "\\s*"));
  }
}
