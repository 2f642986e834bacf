package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.management.access.Access;
import dev.tollgate.gateway.management.access.AccessTable;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TokenId;
import dev.tollgate.tenants.Tokens.Holder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every endpoint of the management API with every role, as the mappings and the table of access say. */
class RoleMatrixTest extends ManagementTest {

  private static final String PREFIX = "/api/v1";

  @Autowired
  @Qualifier("requestMappingHandlerMapping")
  RequestMappingHandlerMapping mappings;

  @Test
  void everyMappedEndpointHasARowInTheTableAndEveryRowIsMapped() {
    Set<String> mapped = mappings.getHandlerMethods().keySet().stream()
        .flatMap(mapping -> mapping.getPatternValues().stream()
            .filter(path -> path.startsWith(PREFIX + "/") && !path.equals(PREFIX + "/openapi.json")
                && !path.equals(PREFIX + "/docs"))
            .flatMap(path -> mapping.getMethodsCondition().getMethods().stream()
                .map(method -> method + " " + path.substring(PREFIX.length()))))
        .collect(Collectors.toSet());
    assertThat(mapped).isEqualTo(AccessTable.ROWS.stream().map(Access::endpoint).collect(Collectors.toSet()));
  }

  @Test
  void everyRoleMayDoWhatTheTableSaysAndNothingElse() throws Exception {
    TenantId own = tenants.create("r-" + UUID.randomUUID(), "Own").id();
    TenantId other = tenants.create("r-" + UUID.randomUUID(), "Other").id();
    Map<Enum<?>, String> secrets = new HashMap<>();
    for (OperatorRole role : OperatorRole.values()) {
      secrets.put(role, operator(role));
    }
    for (MemberRole role : MemberRole.values()) {
      secrets.put(role, member(own, role));
    }
    var softly = new SoftAssertions();
    for (Access row : AccessTable.ROWS) {
      for (OperatorRole role : OperatorRole.values()) {
        check(softly, row, own, role, secrets.get(role), row.operators().contains(role));
      }
      for (MemberRole role : MemberRole.values()) {
        check(softly, row, own, role, secrets.get(role), row.members().contains(role));
        if (row.endpoint().contains("{tenant}")) {
          softly.assertThat(status(row, other, secrets.get(role))).as("%s as %s of another tenant",
              row.endpoint(), role).isEqualTo(404);
        }
      }
      softly.assertThat(status(row, own, null)).as("%s without a token", row.endpoint()).isEqualTo(401);
    }
    softly.assertAll();
  }

  /** What is allowed may still find nothing there, or a body that it needs missing: all but 401, 403 and 500. */
  private void check(SoftAssertions softly, Access row, TenantId tenant, Enum<?> role, @Nullable String token,
      boolean allowed) throws Exception {
    int status = status(row, tenant, token);
    if (allowed) {
      softly.assertThat(status).as("%s as %s", row.endpoint(), role).isNotIn(401, 403, 405, 500, 503);
    } else {
      softly.assertThat(status).as("%s as %s", row.endpoint(), role).isEqualTo(403);
    }
  }

  @Test
  void noIdOfAnotherTenantIsFoundUnderOnesOwn() throws Exception {
    TenantId own = account(1).tenant();
    Account other = account(1);
    TokenId token = tokens.issue(new Holder.Member(other.tenant(), MemberRole.OWNER), "of others", null).id();
    Map<String, String> ids = Map.of("{key}", other.key().toString(), "{project}",
        other.project().id().toString(), "{token}", token.toString(), "{contract}",
        jdbc.sql("SELECT id::text FROM billing.contract WHERE tenant_id = ?").param(other.tenant().value())
            .query(String.class).single());
    String owner = member(own, MemberRole.OWNER);
    var softly = new SoftAssertions();
    for (Access row : AccessTable.ROWS) {
      if (row.members().contains(MemberRole.OWNER) && row.endpoint().contains("{tenant}")
          && ids.keySet().stream().anyMatch(row.endpoint()::contains)) {
        int status = status(row, own, owner, ids);
        if (row.endpoint().startsWith("GET ")) {
          softly.assertThat(status).as(row.endpoint()).isEqualTo(404);
        } else {
          softly.assertThat(status).as(row.endpoint()).isBetween(400, 499);
        }
      }
    }
    softly.assertAll();
    assertThat(keys.find(other.tenant(), other.key()).orElseThrow().revokedAt()).isNull();
    assertThat(tokens.find(other.tenant(), token).orElseThrow().revokedAt()).isNull();
  }

  private int status(Access row, TenantId tenant, @Nullable String token) throws Exception {
    return status(row, tenant, token, Map.of());
  }

  /** With the ids that are given, and ids of nothing for all others. */
  private int status(Access row, TenantId tenant, @Nullable String token, Map<String, String> ids)
      throws Exception {
    String[] endpoint = row.endpoint().split(" ", 2);
    String path = endpoint[1].replace("{tenant}", tenant.toString());
    for (Map.Entry<String, String> id : ids.entrySet()) {
      path = path.replace(id.getKey(), id.getValue());
    }
    path = path
        .replaceAll("\\{(contract|price|band|offer)}", "987654321")
        .replace("{month}", "2026-01").replace("{format}", "pdf").replace("{code}", "main")
        .replace("{day}", "2026-01-01")
        .replaceAll("\\{[a-z]+}", UUID.randomUUID().toString());
    return call(token, endpoint[0], path, endpoint[0].equals("GET") ? null : "{}").statusCode();
  }
}
