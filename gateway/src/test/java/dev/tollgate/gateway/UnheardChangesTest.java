package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.tollgate.billing.Budgets;
import dev.tollgate.billing.Budgets.Change;
import dev.tollgate.billing.Budgets.Subject;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.HoldRequest;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.testing.StandInBackend;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** What changes while the gateway cannot hear of changes counts as soon as it can again (ADR 0031). */
class UnheardChangesTest extends GatewayTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final long OUTPUT = 6_000_000;

  @Autowired
  Budgets budgets;

  @Autowired
  Contracts contracts;

  @Autowired
  JdbcConnectionDetails database;

  /** A tenant of whose funds the gateway has nothing yet, so that it was not asked to be thrifty with them either. */
  private Account untouched() {
    Tenant tenant = tenants.create("t-" + UUID.randomUUID(), "Test tenant");
    Project project = projects.create(tenant.id(), "default");
    jdbc.sql("""
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (?, 'pay-as-you-go', 'USD', 'UTC', 0, tstzrange(now() - interval '1 second', NULL))""")
        .param(tenant.id().value()).update();
    ApiKeys.Issued issued = keys.issue(tenant.id(), project.id(), "test", EnumSet.allOf(Scope.class), null);
    await().atMost(SOON).until(() -> contracts.inForce(tenant.id(), Instant.now()) != null);
    funding.topUp(tenant.id(), "USD", USD, "initial");
    return new Account(tenant.id(), project, issued.id(), issued.secret());
  }

  private boolean isListening() {
    return jdbc.sql("""
        SELECT EXISTS (SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'tollgate change feed')
        """).query(Boolean.class).single();
  }

  /** Connections that are there work on. */
  private void allowConnections(boolean allowed) throws SQLException {
    String name = jdbc.sql("SELECT current_database()").query(String.class).single();
    try (
        Connection elsewhere = DriverManager.getConnection(
            database.getJdbcUrl().replace("/" + name, "/postgres"), database.getUsername(),
            database.getPassword());
        Statement statement = elsewhere.createStatement()) {
      statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS " + allowed);
    }
  }

  private void cutTheFeed() throws SQLException {
    allowConnections(false);
    jdbc.sql("""
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'tollgate change feed'
        """).query(Boolean.class).list();
    await().atMost(SOON).until(() -> !isListening());
  }

  private Hold hold(Account account, long outputTokens) {
    Instant now = Instant.now();
    Admission admission = reservations.hold(new HoldRequest(new RequestId(UuidCreator.getTimeOrderedEpoch()),
        new Payer(account.tenant(), account.project().id(), account.key()), StandInBackend.MODEL, "default",
        0,
        outputTokens, now, now.plusSeconds(60)));
    assertThat(admission).isInstanceOf(Admission.Held.class);
    return ((Admission.Held) admission).hold();
  }

  private void cap(Account account, long outputTokens) {
    assertThat(budgets.set(account.tenant(), new Subject.OfTenant(),
        new Money("USD", BigInteger.valueOf(outputTokens * OUTPUT)))).isInstanceOf(Change.Changed.class);
  }

  private long leasedTokens(Account account) {
    return jdbc.sql("""
        SELECT (leased - billing.pending(account_id))::bigint FROM billing.fund
        WHERE tenant_id = ? AND kind = 'BUDGET'
        """).param(account.tenant().value()).query(Long.class).single() / OUTPUT;
  }

  @Test
  void aLoweredCapAndARevokedKeyCountOnceTheFeedIsBack() throws Exception {
    Account account = untouched();
    Account revoked = paying(USD);
    Hold running;
    // Before anything is leased: what the first cap announces may come late, and would have it given back.
    cutTheFeed();
    try {
      cap(account, 1_000);
      // As long as something runs, nothing of this is idle.
      running = hold(account, 10);
      cap(account, 12);
      jdbc.sql("UPDATE tenants.api_key SET revoked_at = now() WHERE id = ?").param(revoked.key().value())
          .update();
      assertThat(leasedTokens(account)).isGreaterThan(12);
      assertThat(post(revoked.secret(), "/v1/chat/completions", chatBody("hello")).statusCode())
          .isEqualTo(200);
    } finally {
      allowConnections(true);
    }
    await().atMost(SOON).until(() -> leasedTokens(account) <= 12);
    await().atMost(SOON).untilAsserted(
        () -> assertThat(post(revoked.secret(), "/v1/chat/completions", chatBody("hello")).statusCode())
            .isEqualTo(401));
    assertThat(running.extend(10)).isEqualTo(2);
    running.release();
  }
}
