package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Reservations;
import dev.tollgate.billing.ServiceLevels;
import dev.tollgate.billing.ServiceLevels.Report;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.servicelevels.CountedRefusals;
import dev.tollgate.gateway.pipeline.Pipeline;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.Project;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.Tenant;
import dev.tollgate.testing.ObservedDriver;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.util.ReflectionTestUtils;

/** What is refused for reasons of our own before it holds anything has no usage record, and lowers the availability all the same. */
class OperatorRefusalsTest extends GatewayTest {

  private static final String CHAT = "/v1/chat/completions";

  @Autowired
  Contracts contracts;

  @Autowired
  CountedRefusals refusals;

  @Autowired
  ServiceLevels levels;

  @Autowired
  Pipeline pipeline;

  /** A tenant to whom an availability is promised, and for whose funds nobody has asked yet. */
  private Account enterprise(long creditPico) {
    Tenant tenant = tenants.create("t-" + UUID.randomUUID(), "Test tenant");
    Project project = projects.create(tenant.id(), "default");
    jdbc.sql(
        """
            INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, credit_limit, effective)
            VALUES (?, 'enterprise', 'USD', 'UTC', 0, ?, tstzrange(now() - interval '1 second', NULL))""")
        .params(tenant.id().value(), creditPico).update();
    ApiKeys.Issued issued = keys.issue(tenant.id(), project.id(), "test", EnumSet.allOf(Scope.class), null);
    await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10))
        .until(() -> contracts.inForce(tenant.id(), Instant.now()) != null);
    return new Account(tenant.id(), project, issued.id(), issued.secret());
  }

  private Report report(Account account) {
    refusals.write();
    return levels.measure(account.tenant(), YearMonth.now(ZoneOffset.UTC)).getFirst();
  }

  @Test
  void fundsThatNobodyCanVouchForAreAFailureOfTheOperator() throws Exception {
    Account account = enterprise(USD);
    try (var _ = ObservedDriver.holdBack()) {
      HttpResponse<String> refused = post(account.secret(), CHAT, chatBody("hello"));
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("billing_unavailable");
    }
    await().atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () -> assertThat(post(account.secret(), CHAT, chatBody("hello")).statusCode()).isEqualTo(200));
    assertThat(usage(account)).hasSize(1);
    Report report = report(account);
    assertThat(report.refused()).isPositive().isEqualTo(report.failed());
    assertThat(report.counted()).isEqualTo(report.refused() + 1);
  }

  @Test
  void soIsAGatewayThatIsFull() throws Exception {
    Account account = enterprise(USD);
    var places = (Semaphore) Objects.requireNonNull(ReflectionTestUtils.getField(pipeline, "places"));
    int taken = places.drainPermits();
    try {
      HttpResponse<String> refused = post(account.secret(), CHAT, chatBody("hello"));
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("overloaded");
    } finally {
      places.release(taken);
    }
    assertThat(usage(account)).isEmpty();
    Report report = report(account);
    assertThat(report.refused()).isEqualTo(1);
    assertThat(report.availabilityPpm()).isZero();
  }

  @Test
  void soIsAFaultOfTheGatewayBeforeAnythingIsHeld() throws Exception {
    Account account = enterprise(USD);
    var holding = (Reservations) Objects
        .requireNonNull(ReflectionTestUtils.getField(pipeline, "reservations"));
    ReflectionTestUtils.setField(pipeline, "reservations", (Reservations) request -> {
      throw new IllegalStateException("a fault that the test has put in");
    });
    try {
      assertThat(post(account.secret(), CHAT, chatBody("hello")).statusCode()).isEqualTo(500);
    } finally {
      ReflectionTestUtils.setField(pipeline, "reservations", holding);
    }
    assertThat(usage(account)).isEmpty();
    assertThat(report(account)).satisfies(report -> {
      assertThat(report.counted()).isEqualTo(1);
      assertThat(report.refused()).isEqualTo(1);
    });
  }

  @Test
  void aFaultAfterTheHoldCountsByItsUsageRecordAlone() throws Exception {
    Account account = enterprise(USD);
    assertThat(post(account.secret(), CHAT, chatBody("hello excess=100 batch=200 out=200")).statusCode())
        .isEqualTo(500);
    assertThat(report(account)).satisfies(report -> {
      assertThat(report.counted()).isEqualTo(1);
      assertThat(report.failed()).isEqualTo(1);
      assertThat(report.refused()).isZero();
    });
  }

  /** The server that a backend asks says either only once it is to generate. */
  @Test
  void aModelsServerThatHasTooMuchToDoCountsAndOneThatFindsTheRequestWrongDoesNot() throws Exception {
    Account account = enterprise(USD);
    assertThat(post(account.secret(), CHAT, chatBody("hello refuse=1")).statusCode()).isEqualTo(400);
    assertThat(report(account)).satisfies(report -> {
      assertThat(report.counted()).isZero();
      assertThat(report.excluded()).isEqualTo(1);
      assertThat(report.availabilityPpm()).isEqualTo(1_000_000);
    });
    assertThat(post(account.secret(), CHAT, chatBody("hello refuse=2")).statusCode()).isEqualTo(503);
    assertThat(report(account)).satisfies(report -> {
      assertThat(report.counted()).isEqualTo(1);
      assertThat(report.failed()).isEqualTo(1);
      assertThat(report.excluded()).isEqualTo(1);
    });
  }

  @Test
  void whatTheTenantLacksIsNot() throws Exception {
    Account account = enterprise(0);
    assertThat(post(account.secret(), CHAT, chatBody("hello")).statusCode()).isEqualTo(402);
    assertThat(report(account).counted()).isZero();
  }
}
