package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.management.access.Access;
import dev.tollgate.gateway.management.access.AccessTable;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
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

  private int status(Access row, TenantId tenant, @Nullable String token) throws Exception {
    String[] endpoint = row.endpoint().split(" ", 2);
    String path = endpoint[1].replace("{tenant}", tenant.toString())
        .replaceAll("\\{(contract|price|band|offer)}", "987654321")
        .replace("{month}", "2026-01").replace("{format}", "pdf").replace("{code}", "main")
        .replace("{day}", "2026-01-01")
        .replaceAll("\\{[a-z]+}", UUID.randomUUID().toString());
    return call(token, endpoint[0], path, endpoint[0].equals("GET") ? null : "{}").statusCode();
  }
}
