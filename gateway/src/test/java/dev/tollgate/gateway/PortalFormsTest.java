package dev.tollgate.gateway;

import static dev.tollgate.gateway.Browsing.location;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.RateLimits;
import dev.tollgate.tenants.TenantId;
import java.util.HashMap;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class PortalFormsTest extends PagesTest {

  @Autowired
  Limits limits;

  @Test
  void anOwnerSetsTheBudgetOfTheTenantAndCannotLiftTheRatesThatTheOperatorSet() throws Exception {
    TenantId tenant = paying(1).tenant();
    var operators = new RateLimits(5L, 1_000L, 2L);
    limits.set(new Limits.Subject.OfTenant(tenant), operators);
    String page = "/portal/" + tenant + "/balance/limits";
    try (Browsing browsing = signedIn(member(tenant, MemberRole.OWNER))) {
      assertThat(browsing.get(page).body()).contains("name=\"cap\"").doesNotContain("requests_per_minute");
      var typed = new HashMap<String, String>();
      typed.put("cap", "12.5");
      typed.put("requests_per_minute", "100000");
      typed.put("tokens_per_minute", "");
      assertThat(location(browsing.send(page, typed))).endsWith("?done=saved");
      assertThat(browsing.get("/portal/" + tenant + "/balance").body()).contains("12.50");
    }
    assertThat(limits.of(new Limits.Subject.OfTenant(tenant))).isEqualTo(operators);
  }
}
