package dev.tollgate.gateway;

import static dev.tollgate.gateway.Browsing.location;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.RateLimits;
import dev.tollgate.tenants.TenantId;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
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

  @Test
  void aPackThatCouldNotBeBoughtIsNotOrderedEither() throws Exception {
    TenantId tenant = paying(1).tenant();
    String page = "/portal/" + tenant + "/balance/pack";
    try (Browsing browsing = signedIn(member(tenant, MemberRole.OWNER))) {
      for (var refused : Map.of("1000001", "multiple of", "0", "at least 1,000,000").entrySet()) {
        HttpResponse<String> again = browsing.send(page, transfer("TOKENS", refused.getKey()));
        assertThat(again.statusCode()).as(refused.getKey()).isEqualTo(422);
        assertThat(again.body()).contains(refused.getValue());
      }
      assertThat(browsing.send(page, transfer("WORTH", "50.001")).body()).contains("whole number of 0.01");
      assertThat(orders(tenant)).isZero();
      assertThat(location(browsing.send(page, transfer("TOKENS", "1000000")))).contains("?done=");
    }
    assertThat(orders(tenant)).isOne();
  }

  private static Map<String, String> transfer(String size, String quantity) {
    return Map.of("size", size, "quantity", quantity, "payment", "TRANSFER");
  }

  private long orders(TenantId tenant) {
    return jdbc.sql("SELECT count(*) FROM gateway.pack_order WHERE tenant_id = ?").param(tenant.value())
        .query(Long.class).single();
  }

  @Test
  void timesAreWrittenAndReadInTheZoneOfTheTenantsBillingMonths() throws Exception {
    TenantId tenant = tenants.create("t-" + UUID.randomUUID(), "Test tenant").id();
    Project project = projects.create(tenant, "default");
    jdbc.sql(
        """
            INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
            VALUES (?, 'pay-as-you-go', 'USD', 'Asia/Shanghai', 0, tstzrange(now() - interval '1 second', NULL))""")
        .param(tenant.value()).update();
    try (Browsing browsing = signedIn(member(tenant, MemberRole.OWNER))) {
      assertThat(browsing.get("/portal/" + tenant + "/keys/new").body()).contains("Expires (Asia/Shanghai)");
      String key = location(
          browsing.send("/portal/" + tenant + "/keys/new", Map.of("name", "zoned", "project",
              project.id().toString(), "scopes", "GENERATE", "expires", "2040-01-01T00:30")));
      assertThat(browsing.get(key).body()).contains("<time datetime=\"2039-12-31T16:30:00Z\">Jan 1, 2040",
          "UTC+8</time>", "Times: Asia/Shanghai");
    }
    assertThat(keys.list(tenant, null, null, 1).getFirst().expiresAt())
        .isEqualTo(Instant.parse("2039-12-31T16:30:00Z"));
  }
}
