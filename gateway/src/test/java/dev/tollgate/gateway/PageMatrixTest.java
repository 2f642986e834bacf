package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.console.access.PageAccess;
import dev.tollgate.gateway.console.access.PageTable;
import dev.tollgate.tenants.Invitations;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Person;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.Tokens.Holder;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every page with every role, as the mappings and the table of pages say. */
class PageMatrixTest extends PagesTest {

  @Autowired
  Invitations invitations;

  @Autowired
  @Qualifier("requestMappingHandlerMapping")
  RequestMappingHandlerMapping mappings;

  @Test
  void everyMappedPageHasARowInTheTableAndEveryRowIsMapped() {
    Set<String> mapped = mappings.getHandlerMethods().keySet().stream()
        .flatMap(mapping -> mapping.getPatternValues().stream()
            .filter(
                path -> (path.startsWith("/console") || path.startsWith("/portal")) && !path.endsWith("/**"))
            .flatMap(path -> mapping.getMethodsCondition().getMethods().stream()
                .map(method -> method + " " + path)))
        .collect(Collectors.toSet());
    assertThat(mapped)
        .isEqualTo(PageTable.ROWS.stream().map(PageAccess::endpoint).collect(Collectors.toSet()));
  }

  @Test
  void everyOperatorOpensWhatTheTableSaysAndNothingElse() throws Exception {
    TenantId tenant = account(1).tenant();
    var softly = new SoftAssertions();
    for (OperatorRole role : OperatorRole.values()) {
      try (Browsing browsing = signedIn(operator(role))) {
        for (PageAccess row : PageTable.ROWS) {
          int status = status(browsing, row, tenant);
          if (row.operators().isEmpty()) {
            softly.assertThat(status).as("%s as %s", row.endpoint(), role).isEqualTo(404);
          } else {
            expect(softly, row, role, status, row.operators().contains(role));
          }
        }
      }
    }
    softly.assertAll();
  }

  @Test
  void everyMemberOpensWhatTheTableSaysInItsOwnTenantAndNothingOfOthers() throws Exception {
    TenantId own = account(1).tenant();
    TenantId other = account(1).tenant();
    var softly = new SoftAssertions();
    for (MemberRole role : MemberRole.values()) {
      try (Browsing browsing = signedIn(member(own, role))) {
        for (PageAccess row : PageTable.ROWS) {
          if (row.members().isEmpty()) {
            softly.assertThat(status(browsing, row, own)).as("%s as %s", row.endpoint(), role).isEqualTo(404);
          } else {
            expect(softly, row, role, status(browsing, row, own), row.members().contains(role));
            softly.assertThat(status(browsing, row, other))
                .as("%s as %s of another tenant", row.endpoint(), role)
                .isEqualTo(404);
          }
        }
      }
    }
    softly.assertAll();
  }

  @Test
  void nobodyOpensAnythingWithoutSigningIn() throws Exception {
    TenantId tenant = account(1).tenant();
    var softly = new SoftAssertions();
    try (var browsing = new Browsing(port)) {
      for (PageAccess row : PageTable.ROWS) {
        softly.assertThat(status(browsing, row, tenant)).as(row.endpoint()).isEqualTo(303);
      }
    }
    softly.assertAll();
  }

  /** What is allowed may find nothing there, or something missing in the form; it is never refused, and never fails. */
  private static void expect(SoftAssertions softly, PageAccess row, Enum<?> role, int status,
      boolean allowed) {
    if (allowed) {
      softly.assertThat(status).as("%s as %s", row.endpoint(), role).isNotIn(401, 403, 405, 500);
    } else {
      softly.assertThat(status).as("%s as %s", row.endpoint(), role).isEqualTo(403);
    }
  }

  @Test
  void noIdOfAnotherTenantIsFoundUnderOnesOwn() throws Exception {
    TenantId own = account(1).tenant();
    Account other = account(1);
    Person colleague = member(other.tenant(), MemberRole.VIEWER);
    Map<String, String> ids = Map.of("{key}", other.key().toString(), "{project}",
        other.project().id().toString(), "{person}", colleague.id().toString(), "{invitation}",
        invitations.invite(new Holder.Member(other.tenant(), MemberRole.VIEWER), colleague.email())
            .invitation()
            .id().toString(),
        "{invoice}", invoice(other.tenant()));
    var softly = new SoftAssertions();
    try (Browsing browsing = signedIn(member(own, MemberRole.OWNER))) {
      for (PageAccess row : PageTable.ROWS) {
        if (row.members().contains(MemberRole.OWNER)
            && ids.keySet().stream().anyMatch(row.endpoint()::contains)) {
          softly.assertThat(status(browsing, row, own, ids)).as(row.endpoint()).isEqualTo(404);
        }
      }
    }
    softly.assertAll();
    assertThat(people.memberships(colleague.id())).hasSize(1);
    assertThat(invitations.open(other.tenant())).hasSize(1);
    assertThat(keys.find(other.tenant(), other.key()).orElseThrow().revokedAt()).isNull();
  }

  private String invoice(TenantId tenant) {
    return jdbc.sql(
        """
            INSERT INTO billing.invoice (tenant_id, kind, state, month, span, previous_cut, cut_at, currency)
            VALUES (?, 'INVOICE', 'DRAFT', '2026-01-01', '[2026-01-01, 2026-02-01)', now(), now(), 'USD') RETURNING id::text""")
        .param(tenant.value()).query(String.class).single();
  }

  private static int status(Browsing browsing, PageAccess row, TenantId tenant)
      throws IOException, InterruptedException {
    return status(browsing, row, tenant, Map.of());
  }

  /** With the ids that are given, and ids of nothing for all others. */
  private static int status(Browsing browsing, PageAccess row, TenantId tenant, Map<String, String> ids)
      throws IOException, InterruptedException {
    String[] endpoint = row.endpoint().split(" ", 2);
    String path = endpoint[1].replace("{tenant}", tenant.toString()).replace("{price}", "987654321");
    for (Map.Entry<String, String> id : ids.entrySet()) {
      path = path.replace(id.getKey(), id.getValue());
    }
    path = path.replaceAll("\\{[a-z]+}", UUID.randomUUID().toString());
    if (endpoint[0].equals("GET")) {
      return browsing.get(path + "?month=2020-01&address=nowhere").statusCode();
    }
    return browsing
        .post(path + (path.endsWith("/stream") ? "?key=" + UUID.randomUUID() : "?address=nowhere"), "/",
            browsing.token())
        .statusCode();
  }
}
