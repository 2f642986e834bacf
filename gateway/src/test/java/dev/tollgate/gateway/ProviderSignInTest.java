package dev.tollgate.gateway;

import static dev.tollgate.gateway.Browsing.location;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.tollgate.gateway.console.credentials.Authenticators;
import dev.tollgate.gateway.console.credentials.Passwords;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens;
import dev.tollgate.tenants.Tokens.Holder;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Signing in by a provider that speaks OpenID Connect. */
class ProviderSignInTest extends PagesTest {

  private static final UnaryOperator<JWTClaimsSet.Builder> AS_IT_IS = UnaryOperator.identity();

  @Autowired
  Authenticators authenticators;

  @Autowired
  Tokens tokens;

  @Autowired
  Invitations invitations;

  @Autowired
  Passwords passwords;

  /** What is wrong with ID tokens that are refused. */
  static List<Arguments> wrong() {
    return List.of(wrong("nonce", claims -> claims.claim("nonce", "of somebody else")),
        wrong("no nonce", claims -> claims.claim("nonce", null)),
        wrong("audience", claims -> claims.audience("another client")),
        wrong("party",
            claims -> claims.audience(List.of(LocalProvider.CLIENT, "other")).claim("azp", "other")),
        wrong("issuer", claims -> claims.issuer("https://evil.example")),
        wrong("time", claims -> claims.issueTime(Date.from(Instant.now().minusSeconds(900)))
            .expirationTime(Date.from(Instant.now().minusSeconds(600)))),
        wrong("signature", claims -> claims.claim("forged", true)));
  }

  private static Arguments wrong(String what, UnaryOperator<JWTClaimsSet.Builder> spoil) {
    return Arguments.of(what, spoil);
  }

  @AfterEach
  void forgetAttempts() {
    jdbc.sql("DELETE FROM gateway.sign_in_attempt").update();
  }

  @Test
  void whoWasInvitedSignsInAndComesToWhereItWas() throws Exception {
    Person person = operator(OperatorRole.AUDITOR);
    try (var browsing = new Browsing(port)) {
      assertThat(browsing.get("/sign-in?next=/console/ledger").body())
          .contains("Sign in with " + LocalProvider.NAME, "/sign-in/provider?next=/console/ledger");
      URI asked = away(browsing, "/console/ledger");
      assertThat(LocalProvider.asked(asked)).containsEntry("client_id", LocalProvider.CLIENT)
          .containsEntry("code_challenge_method", "S256").containsEntry("response_type", "code")
          .doesNotContainKey("prompt");
      assertThat(location(browsing.get(PROVIDER.back(asked, person.email(), AS_IT_IS))))
          .isEqualTo("/console/ledger");
      assertThat(browsing.get("/console/ledger").statusCode()).isEqualTo(200);
    }
    assertThat(jdbc.sql("SELECT action FROM gateway.audit WHERE person_id = ? ORDER BY id")
        .param(person.id().value()).query(String.class).list())
        .containsExactly("person.link-identity", "person.sign-in");
  }

  @Test
  void theProviderAloneMakesNobody() throws Exception {
    String stranger = "stranger-" + UUID.randomUUID() + "@example.com";
    try (var browsing = new Browsing(port)) {
      HttpResponse<String> refused = browsing
          .get(PROVIDER.back(away(browsing, "/"), stranger, AS_IT_IS));
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("has no access here");
      assertThat(location(browsing.get("/console"))).startsWith("/sign-in");
    }
    assertThat(people.findByEmail(stranger)).isEmpty();
  }

  @Test
  void whoIsInvitedJoinsByTheProviderWithoutAPassword() throws Exception {
    TenantId tenant = account(1).tenant();
    String email = "new-" + UUID.randomUUID() + "@example.com";
    String page = "/invitation/"
        + invitations.invite(new Holder.Member(tenant, MemberRole.DEVELOPER), email).secret();
    try (var browsing = new Browsing(port)) {
      assertThat(browsing.get(page).body()).contains("Join with " + LocalProvider.NAME,
          "/sign-in/provider?next=" + page);
      assertThat(browsing.send(page, Map.of("name", "", "password", "short")).body())
          .contains("aria-invalid", "Join with " + LocalProvider.NAME);
      assertThat(location(browsing.get(PROVIDER.back(away(browsing, page), email,
          claims -> claims.claim("name", "  Grace Example ")))))
          .isEqualTo("/portal/" + tenant + "?done=joined");
      assertThat(browsing.get("/portal/" + tenant).statusCode()).isEqualTo(200);
    }
    assertThat(people.members(tenant)).singleElement().satisfies(member -> {
      assertThat(member.role()).isEqualTo(MemberRole.DEVELOPER);
      assertThat(member.person().name()).isEqualTo("Grace Example");
      assertThat(passwords.has(member.person().id())).isFalse();
    });
    assertThat(jdbc.sql("SELECT action FROM gateway.audit WHERE actor = ? ORDER BY id").param(email)
        .query(String.class).list())
        .containsExactly("person.link-identity", "person.sign-in", "invitation.accept");
    try (var browsing = new Browsing(port)) {
      assertThat(browsing.get(page).statusCode()).isEqualTo(404);
      assertThat(location(browsing.get(PROVIDER.back(away(browsing, "/"), email, AS_IT_IS)))).isEqualTo("/");
    }
  }

  @Test
  void anInvitationIsAcceptedByNobodyWhomTheProviderDoesNotKnowByThatAddress() throws Exception {
    TenantId tenant = account(1).tenant();
    String email = "new-" + UUID.randomUUID() + "@example.com";
    String page = "/invitation/"
        + invitations.invite(new Holder.Member(tenant, MemberRole.OWNER), email).secret();
    String stranger = "stranger-" + UUID.randomUUID() + "@example.com";
    for (boolean verified : new boolean[]{true, false}) {
      try (var browsing = new Browsing(port)) {
        String back = location(browsing.get(PROVIDER.back(away(browsing, page), verified ? stranger : email,
            claims -> claims.claim("email_verified", verified))));
        assertThat(back).isEqualTo(page + "?done=invited-at-another-address");
        assertThat(browsing.get(back).body()).contains("has not verified it");
        assertThat(location(browsing.get("/portal/" + tenant))).startsWith("/sign-in");
      }
    }
    assertThat(people.members(tenant)).isEmpty();
    assertThat(people.findByEmail(email)).isEmpty();
    assertThat(people.findByEmail(stranger)).isEmpty();
  }

  @Test
  void whoHasAnAuthenticatorAppGivesItsCodeBeforeItJoinsByTheProvider() throws Exception {
    TenantId tenant = account(1).tenant();
    Person person = person();
    String secret = Authenticators.newSecret();
    var app = new AuthenticatorApp(secret);
    assertThat(authenticators.set(person.id(), secret, app.code(0))).isTrue();
    String page = "/invitation/"
        + invitations.invite(new Holder.Member(tenant, MemberRole.VIEWER), person.email()).secret();
    try (var browsing = new Browsing(port)) {
      String code = location(browsing.get(PROVIDER.back(away(browsing, page), person.email(), AS_IT_IS)));
      assertThat(code).startsWith("/sign-in/code?next=%2Finvitation%2F");
      assertThat(people.memberships(person.id())).isEmpty();
      assertThat(location(browsing.send(code, Map.of("code", app.code(1))))).isEqualTo(page);
      assertThat(location(browsing.send(page, Map.of()))).isEqualTo("/portal/" + tenant + "?done=joined");
    }
  }

  @Test
  void anAddressThatTheProviderHasNotVerifiedIsNobodys() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    for (Boolean verified : new Boolean[]{false, null}) {
      try (var browsing = new Browsing(port)) {
        assertThat(browsing.get(PROVIDER.back(away(browsing, "/"), person.email(),
            claims -> claims.claim("email_verified", verified))).statusCode()).isEqualTo(403);
      }
    }
  }

  @Test
  void whoBelongsNowhereAnyMoreDoesNotComeIn() throws Exception {
    TenantId tenant = account(1).tenant();
    Person person = member(tenant, MemberRole.VIEWER);
    try (var browsing = new Browsing(port)) {
      assertThat(location(browsing.get(PROVIDER.back(away(browsing, "/"), person.email(), AS_IT_IS))))
          .isEqualTo("/");
    }
    people.leave(tenant, person.id());
    try (var browsing = new Browsing(port)) {
      assertThat(browsing.get(PROVIDER.back(away(browsing, "/"), person.email(), AS_IT_IS)).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void anAddressThatIsGivenToSomebodyElseAtTheProviderDoesNotTakeThePersonOver() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    try (var browsing = new Browsing(port)) {
      location(browsing.get(PROVIDER.back(away(browsing, "/"), person.email(), AS_IT_IS)));
    }
    try (var browsing = new Browsing(port)) {
      assertThat(browsing.get(PROVIDER.back(away(browsing, "/"), person.email(),
          claims -> claims.subject("another subject"))).statusCode()).isEqualTo(403);
    }
    try (var browsing = new Browsing(port)) {
      assertThat(location(browsing.get(PROVIDER.back(away(browsing, "/"), person.email(),
          claims -> claims.claim("email", "renamed@example.com"))))).isEqualTo("/");
    }
    unlink(person);
    try (var browsing = new Browsing(port)) {
      assertThat(location(browsing.get(PROVIDER.back(away(browsing, "/"), person.email(),
          claims -> claims.subject("another subject of " + person.email()))))).isEqualTo("/");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void aTokenThatIsWrongIsRefused(String what, UnaryOperator<JWTClaimsSet.Builder> spoil) throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    try (var browsing = new Browsing(port)) {
      HttpResponse<String> refused = browsing
          .get(PROVIDER.back(away(browsing, "/"), person.email(), spoil));
      assertThat(refused.statusCode()).as(what).isEqualTo(422);
      assertThat(refused.body()).contains("was not completed");
      assertThat(location(browsing.get("/console"))).startsWith("/sign-in");
    }
  }

  @Test
  void anAnswerIsTakenOnceByTheBrowserThatAskedAndByNoOther() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    try (var asking = new Browsing(port); var other = new Browsing(port)) {
      String back = PROVIDER.back(away(asking, "/"), person.email(), AS_IT_IS);
      assertThat(other.get(back).statusCode()).isEqualTo(422);
      away(other, "/");
      assertThat(other.get(back).statusCode()).isEqualTo(422);
      assertThat(location(asking.get(back))).isEqualTo("/");
      assertThat(asking.get(back).statusCode()).isEqualTo(422);
    }
  }

  @Test
  void aSecondFactorIsAskedForUnlessTheProviderHasDoneSo() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    String secret = Authenticators.newSecret();
    var app = new AuthenticatorApp(secret);
    assertThat(authenticators.set(person.id(), secret, app.code(0))).isTrue();
    try (var browsing = new Browsing(port)) {
      assertThat(
          location(browsing.get(PROVIDER.back(away(browsing, "/console"), person.email(), AS_IT_IS))))
          .isEqualTo("/sign-in/code?next=%2Fconsole");
      assertThat(location(browsing.get("/console"))).startsWith("/sign-in");
      assertThat(location(browsing.send("/sign-in/code?next=%2Fconsole", Map.of("code", app.code(1)))))
          .isEqualTo("/console");
      assertThat(browsing.get("/console").statusCode()).isEqualTo(200);
    }
    assertThat(jdbc.sql("SELECT method FROM gateway.session WHERE person_id = ? AND NOT half_way")
        .param(person.id().value()).query(String.class).list()).containsExactly("OIDC");
    try (var browsing = new Browsing(port)) {
      assertThat(location(browsing.get(PROVIDER.back(away(browsing, "/console"), person.email(),
          claims -> claims.claim("amr", List.of("pwd", "mfa")))))).isEqualTo("/console");
    }
  }

  @Test
  void whatIsGuardedAsksTheProviderAnewAndOnlyAFreshProofCounts() throws Exception {
    Person person = operator(OperatorRole.ADMIN);
    TenantId tenant = account(1).tenant();
    String suspend = "/console/tenants/" + tenant + "/suspend";
    try (var browsing = new Browsing(port)) {
      location(browsing.get(PROVIDER.back(away(browsing, "/"), person.email(), AS_IT_IS)));
      jdbc.sql("UPDATE gateway.session SET confirmed_at = now() - interval '1 hour' WHERE person_id = ?")
          .param(person.id().value()).update();
      String confirm = location(browsing.get(suspend));
      assertThat(browsing.get(confirm).body()).contains("Confirm with " + LocalProvider.NAME);
      assertThat(LocalProvider.asked(away(browsing, suspend))).containsEntry("prompt", "login")
          .containsEntry("max_age", "0");
      for (UnaryOperator<JWTClaimsSet.Builder> stale : List.<UnaryOperator<JWTClaimsSet.Builder>>of(
          claims -> claims.claim("auth_time", null),
          claims -> claims.claim("auth_time", Instant.now().minusSeconds(300).getEpochSecond()),
          claims -> claims.subject("somebody else"))) {
        assertThat(location(browsing.get(PROVIDER.back(away(browsing, suspend), person.email(), stale))))
            .startsWith("/sign-in/confirm?done=provider-refused");
      }
      assertThat(browsing.get(suspend).statusCode()).isEqualTo(302);
      assertThat(location(browsing.get(PROVIDER.back(away(browsing, suspend), person.email(), AS_IT_IS))))
          .isEqualTo(suspend);
      assertThat(browsing.get(suspend).statusCode()).isEqualTo(200);
    }
  }

  /** As an admin does it over the API. */
  private void unlink(Person person) throws Exception {
    String admin = tokens.issue(new Holder.Operator(OperatorRole.ADMIN), "unlinks", null).secret();
    String path = "/api/v1/people/" + person.id() + "/identity";
    HttpResponse<String> read = get(admin, path);
    assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
    HttpResponse<String> gone = HTTP.send(HttpRequest.newBuilder(uri(path))
        .header("Authorization", "Bearer " + admin)
        .header("If-Match", read.headers().firstValue("ETag").orElseThrow()).DELETE().build(),
        HttpResponse.BodyHandlers.ofString());
    assertThat(gone.statusCode()).as(gone.body()).isEqualTo(200);
    assertThat(get(admin, path).statusCode()).isEqualTo(404);
  }

  /** Where the browser is sent to. */
  private static URI away(Browsing browsing, String next) throws Exception {
    HttpResponse<String> sent = browsing.get("/sign-in/provider?next=" + next);
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(302);
    URI address = URI.create(sent.headers().firstValue("Location").orElseThrow());
    assertThat(address.toString()).startsWith(PROVIDER.issuer() + "/authorize?");
    return address;
  }
}
