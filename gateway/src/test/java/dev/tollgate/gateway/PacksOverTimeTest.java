package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Packs.Order;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.Packs.Size;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.packs.Checkout;
import dev.tollgate.billing.packs.PrepaidPacks;
import dev.tollgate.billing.packs.Till;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.TenantId;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Packs whose offer ends before they are paid, and packs that end themselves. */
class PacksOverTimeTest extends ManagementTest {

  @Autowired
  Contracts contracts;

  @Autowired
  DataSource database;

  @Test
  void anOrderWhoseOfferHasEndedCannotBePaidAndSaysWhyAndStaysOpen() throws Exception {
    // A currency that nothing else here sells packs in.
    TenantId tenant = onContract("NOK");
    long offer = jdbc.sql(
        """
            INSERT INTO billing.pack_offer (counted_in, currency, effective, pico_per_pack_token, minimum, months)
            VALUES ('TOKENS', 'NOK', tstzrange(now() - interval '1 hour', NULL), 1000000, 1000000, 12) RETURNING id""")
        .query(Long.class).single();
    String admin = operator(OperatorRole.ADMIN);
    String path = "/tenants/" + tenant + "/pack-orders";
    String order = body(
        call(member(tenant, MemberRole.OWNER), "POST", path, "{\"packTokens\":1000000}"), 201).path("id")
        .stringValue();
    Instant end = jdbc.sql("""
        UPDATE billing.pack_offer SET effective = tstzrange(lower(effective), clock_timestamp()) WHERE id = ?
        RETURNING upper(effective)""").param(offer).query(OffsetDateTime.class).single().toInstant();
    await().pollInterval(Duration.ofMillis(2)).until(() -> Instant.now().isAfter(end.plusMillis(1)));
    HttpResponse<String> refused = call(admin, "POST", path + "/" + order + "/paid", null);
    JsonNode problem = body(refused, 409);
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(problem.at("/errors/0/field").stringValue()).isEmpty();
    assertThat(problem.at("/errors/0/rule").stringValue()).contains("one that such packs are sold in");
    assertThat(body(call(admin, "GET", path, null), 200).at("/data/0/id").stringValue()).isEqualTo(order);
    body(call(member(tenant, MemberRole.OWNER), "POST", path, "{\"packTokens\":1000000}"), 409);
    assertThat(body(call(admin, "GET", "/tenants/" + tenant + "/packs", null), 200).path("data")).isEmpty();
  }

  @Test
  void anExpiredPackServesNoRequestAndIsNotInTheBalance() throws Exception {
    TenantId tenant = onContract("USD");
    Project project = projects.create(tenant, "default");
    String secret = keys.issue(tenant, project.id(), "test", EnumSet.allOf(Scope.class), null).secret();
    Instant now = Instant.now();
    bought(tenant, "expired", now.atOffset(ZoneOffset.UTC).minusMonths(12).minusDays(1).toInstant());
    HttpResponse<String> refused = post(secret, "/v1/chat/completions", chatBody("one out=1"));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
    assertThat(JSON.readTree(refused.body()).at("/error/code").stringValue())
        .isEqualTo("insufficient_balance");
    JsonNode without = JSON.readTree(get(secret, "/v1/balance").body());
    assertThat(without.path("pack_tokens_left").longValue()).isZero();
    assertThat(without.path("packs")).isEmpty();
    bought(tenant, "valid", now);
    JsonNode with = JSON.readTree(get(secret, "/v1/balance").body());
    assertThat(with.path("packs")).hasSize(1);
    assertThat(with.at("/packs/0/reference").stringValue()).isEqualTo("valid");
    assertThat(post(secret, "/v1/chat/completions", chatBody("one out=1")).statusCode()).isEqualTo(200);
  }

  /** A pack that was bought at an instant. */
  private void bought(TenantId tenant, String reference, Instant at) {
    var checkout = new Checkout(Till.inDatabase(database), Leases.inDatabase(database),
        Scheduling.onThreads(System::nanoTime));
    var packs = new PrepaidPacks(database, contracts, checkout, Clock.fixed(at, ZoneOffset.UTC));
    assertThat(packs.buy(tenant,
        new Order(new Size.Tokens(1_000_000), "USD", Payment.RECORDED, reference)))
        .isInstanceOf(Purchase.Bought.class);
  }

  /** A tenant without a free allowance, whose contract has been in force for long. */
  private TenantId onContract(String currency) {
    TenantId tenant = tenants.create("t-" + UUID.randomUUID(), "Test tenant").id();
    jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (?, 'pay-as-you-go', ?, 'UTC', 0, '[2025-01-01T00:00:00Z,)')""")
        .params(tenant.value(), currency).update();
    await().pollInterval(Duration.ofMillis(10)).until(() -> contracts.inForce(tenant, Instant.now()) != null);
    return tenant;
  }
}
