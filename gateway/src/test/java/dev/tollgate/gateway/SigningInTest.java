package dev.tollgate.gateway;

import static dev.tollgate.gateway.Browsing.location;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.console.credentials.Passwords;
import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class SigningInTest extends PagesTest {

  @Autowired
  Passwords passwords;

  @Autowired
  Invitations invitations;

  @Test
  void aLinkSignsInOnceAndOnlyByItsButton() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    String link = SignInLinks.PATH + links.issue(person.id());
    try (var browsing = new Browsing(port)) {
      assertThat(browsing.get(link).statusCode()).isEqualTo(200);
      assertThat(browsing.get(link).statusCode()).isEqualTo(200);
      assertThat(location(browsing.send(link, Map.of()))).isEqualTo("/account?done=protect");
      assertThat(browsing.get("/console").statusCode()).isEqualTo(200);
    }
    try (var another = new Browsing(port)) {
      assertThat(another.get(link).statusCode()).isEqualTo(404);
      assertThat(another.post(link, link, another.hidden("/sign-in", Map.of())).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aPasswordSignsInAndASessionThatEndedReturnsToWhereItWas() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    passwords.set(person.id(), PASSWORD);
    try (var browsing = new Browsing(port)) {
      String asked = location(browsing.get("/console/ledger?slug=demo"));
      assertThat(asked).isEqualTo("/sign-in?next=%2Fconsole%2Fledger%3Fslug%3Ddemo");
      assertThat(location(browsing.send("/sign-in", Map.of("email", person.email().toUpperCase(Locale.ROOT),
          "password", PASSWORD, "next", "/console/ledger?slug=demo"))))
          .isEqualTo("/console/ledger?slug=demo");
      assertThat(browsing.get("/console/ledger?slug=demo").statusCode()).isEqualTo(200);
      assertThat(location(browsing.post("/sign-out", "/account", browsing.hidden("/account", Map.of()))))
          .startsWith("/sign-in");
      assertThat(location(browsing.get("/console"))).startsWith("/sign-in?next=");
    }
  }

  @Test
  void leadsNowhereElseAfterSigningIn() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    passwords.set(person.id(), PASSWORD);
    try (var browsing = new Browsing(port)) {
      assertThat(
          location(browsing.send("/sign-in", Map.of("email", person.email(), "password", PASSWORD, "next",
              "//evil.example/"))))
          .isEqualTo("/");
    }
  }

  @Test
  void refusesAWrongPasswordAndAnUnknownAddressAlikeAndKeepsTheAddress() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    passwords.set(person.id(), PASSWORD);
    try (var browsing = new Browsing(port)) {
      HttpResponse<String> wrong = browsing.send("/sign-in",
          Map.of("email", person.email(), "password", "not the password"));
      HttpResponse<String> unknown = browsing.send("/sign-in",
          Map.of("email", "nobody@example.com", "password", PASSWORD));
      assertThat(wrong.statusCode()).isEqualTo(422);
      assertThat(unknown.statusCode()).isEqualTo(422);
      assertThat(wrong.body()).contains("The address or the password is wrong.", person.email())
          .doesNotContain("not the password");
      assertThat(unknown.body()).contains("The address or the password is wrong.");
    }
  }

  @Test
  void stopsGuessingAtOnePersonAfterTenTries() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    passwords.set(person.id(), PASSWORD);
    try (var browsing = new Browsing(port)) {
      for (int i = 0; i < 10; i++) {
        assertThat(
            browsing.send("/sign-in", Map.of("email", person.email(), "password", "guess " + i)).statusCode())
            .isEqualTo(422);
      }
      assertThat(
          browsing.send("/sign-in", Map.of("email", person.email(), "password", PASSWORD)).statusCode())
          .isEqualTo(429);
    }
    jdbc.sql("DELETE FROM gateway.sign_in_attempt").update();
  }

  @Test
  void aFormWithoutItsTokenDoesNothing() throws Exception {
    TenantId tenant = account(1).tenant();
    try (Browsing browsing = signedIn(operator(OperatorRole.ADMIN))) {
      String suspend = "/console/tenants/" + tenant + "/suspend";
      assertThat(location(browsing.post(suspend, suspend, Map.of()))).isEqualTo(suspend + "?done=send-again");
      assertThat(tenants.find(tenant).orElseThrow().suspended()).isFalse();
    }
  }

  @Test
  void aPageThatWasOpenBeforeAnotherFormWasSentCanStillBeSent() throws Exception {
    TenantId tenant = account(1).tenant();
    try (Browsing browsing = signedIn(operator(OperatorRole.ADMIN))) {
      String rename = "/console/tenants/" + tenant + "/rename";
      Map<String, String> open = browsing.hidden(rename, Map.of("name", "Second"));
      assertThat(location(browsing.send(rename, Map.of("name", "First")))).endsWith("?done=saved");
      assertThat(location(browsing.post(rename, rename, open))).endsWith("?done=saved");
      assertThat(tenants.find(tenant).orElseThrow().name()).isEqualTo("Second");
    }
  }

  @Test
  void asksForProofBeforeADangerousFormWhenTheLastIsOld() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    passwords.set(person.id(), PASSWORD);
    TenantId tenant = account(1).tenant();
    try (Browsing browsing = signedIn(person)) {
      String topUp = "/console/tenants/" + tenant + "/top-up";
      Map<String, String> typed = browsing.hidden(topUp, Map.of("amount", "5", "reference", "late proof"));
      jdbc.sql("UPDATE gateway.session SET confirmed_at = now() - interval '1 hour' WHERE person_id = ?")
          .param(person.id().value()).update();
      String confirm = location(browsing.post(topUp, topUp, typed));
      assertThat(confirm)
          .isEqualTo("/sign-in/confirm?next=" + URLEncoder.encode(topUp, StandardCharsets.UTF_8));
      var proof = new HashMap<>(browsing.hidden(confirm, Map.of("password", PASSWORD, "next", topUp)));
      assertThat(location(browsing.post("/sign-in/confirm", confirm, proof))).isEqualTo(topUp);
      assertThat(location(browsing.post(topUp, topUp, typed))).startsWith("/console/tenants/" + tenant);
    }
  }

  @Test
  void theSameFormTwiceAddsItsMoneyOnce() throws Exception {
    Account account = paying(1);
    try (Browsing browsing = signedIn(operator(OperatorRole.FINANCE))) {
      String topUp = "/console/tenants/" + account.tenant() + "/top-up";
      Map<String, String> typed = browsing.hidden(topUp, Map.of("amount", "12.50", "reference", "bank 1"));
      String first = location(browsing.post(topUp, topUp, typed));
      var other = new HashMap<>(typed);
      other.put("reference", "bank 2");
      assertThat(location(browsing.post(topUp, topUp, other))).isEqualTo(first);
      assertThat(money(account)).isEqualTo(12_500_000_000_001L);
    }
    assertThat(jdbc.sql("SELECT actor FROM gateway.audit WHERE tenant_id = ? AND action = 'top-up.receive'")
        .param(account.tenant().value()).query(String.class).list()).singleElement().asString()
        .startsWith("finance ");
  }

  @Test
  void showsAFormAgainWithAllThatWasTypedAndTheProblemBesideItsField() throws Exception {
    try (Browsing browsing = signedIn(operator(OperatorRole.ADMIN))) {
      HttpResponse<String> again = browsing.send("/console/tenants/new",
          Map.of("name", "Müller & Söhne", "slug", "Not A Slug"));
      assertThat(again.statusCode()).isEqualTo(422);
      assertThat(again.body()).contains("Müller &amp; Söhne", "Not A Slug", "problem-slug");
      HttpResponse<String> chinese = browsing.get("/console/tenants/new", "Accept-Language", "zh-CN");
      assertThat(chinese.body()).contains("新建租户");
    }
  }

  @Test
  void saysBesideTheMonthWhyItCannotBeFinalised() throws Exception {
    try (Browsing browsing = signedIn(operator(OperatorRole.ADMIN))) {
      HttpResponse<String> again = browsing.send("/console/invoices/finalise?month=2025-12",
          Map.of("month", "2025-12"));
      assertThat(again.statusCode()).isEqualTo(422);
      assertThat(again.body()).contains("problem-month", "The month 2025-12 is not closed. Close it first");
    }
  }

  @Test
  void anInvitationMakesAMemberAndNeverTakesOverAnAddress() throws Exception {
    TenantId tenant = account(1).tenant();
    String email = "new-" + UUID.randomUUID() + "@example.com";
    String secret = invitations.invite(new Holder.Member(tenant, MemberRole.DEVELOPER), email).secret();
    try (var browsing = new Browsing(port)) {
      assertThat(
          location(browsing.send("/invitation/" + secret, Map.of("name", "New", "password", PASSWORD))))
          .isEqualTo("/portal/" + tenant + "?done=joined");
      assertThat(browsing.get("/portal/" + tenant).statusCode()).isEqualTo(200);
    }
    assertThat(people.members(tenant)).singleElement()
        .satisfies(member -> assertThat(member.role()).isEqualTo(MemberRole.DEVELOPER));
    String second = invitations.invite(new Holder.Member(tenant, MemberRole.OWNER), email).secret();
    try (var stranger = new Browsing(port)) {
      assertThat(location(stranger.get("/invitation/" + second))).startsWith("/sign-in?done=sign-in-to-join");
      HttpResponse<String> taken = stranger.post("/invitation/" + second, "/",
          stranger.hidden("/sign-in", Map.of("name", "Thief", "password", "another password entirely")));
      assertThat(taken.statusCode()).isEqualTo(422);
    }
  }

  @Test
  void sendsAPolicyThatAllowsNothingInline() throws Exception {
    try (var browsing = new Browsing(port)) {
      assertThat(browsing.get("/sign-in").headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "style-src 'self'").doesNotContain("unsafe");
    }
  }
}
