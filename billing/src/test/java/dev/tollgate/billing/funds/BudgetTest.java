package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Budgets.Budget;
import dev.tollgate.billing.Budgets.Change;
import dev.tollgate.billing.Budgets.Subject;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.rollups.RollUps;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BudgetTest {

  private static final long OUTPUT = 6_000_000;

  private final House house = new House();
  private final House.Instance instance = house.instance();
  private final ProjectId project = new ProjectId(UUID.randomUUID());
  private final ApiKeyId key = new ApiKeyId(UUID.randomUUID());

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  private TenantId rich() {
    return house.paying(1_000_000 * OUTPUT);
  }

  private void cap(TenantId tenant, Subject subject, long outputTokens) {
    assertThat(house.budgets.set(tenant, subject, House.usd(BigInteger.valueOf(outputTokens * OUTPUT))))
        .isInstanceOf(Change.Changed.class);
  }

  private long spent(TenantId tenant, Subject subject) {
    return house.budgets.of(tenant).stream().filter(budget -> budget.subject().equals(subject))
        .map(Budget::spent)
        .findFirst().orElseThrow().pico().longValueExact() / OUTPUT;
  }

  private void moveTo(String instant) {
    house.time.moveTo(Instant.parse(instant));
    instance.funds.beat();
  }

  private Request request(TenantId tenant) {
    return instance.request(tenant).by(project, key);
  }

  @Test
  void theTightestOfKeyProjectAndTenantCapsWhatMoneyPays() {
    TenantId tenant = rich();
    cap(tenant, new Subject.OfTenant(), 300);
    cap(tenant, new Subject.OfProject(project), 200);
    cap(tenant, new Subject.OfKey(key), 100);
    Hold hold = request(tenant).hold(0, 90);
    assertThat(hold.extend(30)).isEqualTo(10);
    assertThat(hold.extend(1)).isZero();
    assertThat(request(tenant).refusal(0, 1)).isEqualTo(Refusal.BUDGET_EXCEEDED);
    assertThat(instance.request(tenant).by(project, new ApiKeyId(UUID.randomUUID())).hold(0, 150)
        .coveredOutputTokens()).as("what the project has left").isEqualTo(100);
  }

  @Test
  void aHoldThatIsReleasedOrUsesLessGivesItsBudgetsBackAtOnce() {
    TenantId tenant = rich();
    cap(tenant, new Subject.OfKey(key), 100);
    request(tenant).hold(0, 100).release();
    Request second = request(tenant);
    assertThat(Request.settled(second.hold(0, 100), second.used(0, 0, 30)).amountPico())
        .isEqualTo(30 * OUTPUT);
    assertThat(request(tenant).hold(0, 100).coveredOutputTokens()).isEqualTo(70);
    assertThat(spent(tenant, new Subject.OfKey(key))).isEqualTo(30);
  }

  @Test
  void whatTheBackendFailedDoesNotCount() {
    TenantId tenant = rich();
    cap(tenant, new Subject.OfTenant(), 100);
    Request failed = request(tenant);
    Request.settled(failed.hold(0, 100), failed.used(0, 0, 50, Outcome.BACKEND_FAILED));
    assertThat(spent(tenant, new Subject.OfTenant())).isZero();
    assertThat(request(tenant).hold(0, 100).coveredOutputTokens()).isEqualTo(100);
  }

  @Test
  void allowanceAndPacksDoNotCountAgainstABudget() {
    TenantId tenant = house.payAsYouGo(1_000 * OUTPUT);
    house.packs.buy(tenant,
        new Packs.Order(new Packs.Size.Tokens(1_000_000), "USD", Packs.Payment.RECORDED, "p"));
    cap(tenant, new Subject.OfTenant(), 10);
    request(tenant).run(100_000, 0, 500_000);
    assertThat(spent(tenant, new Subject.OfTenant())).isZero();
    assertThat(request(tenant).hold(0, 64).coveredOutputTokens()).isEqualTo(10);
  }

  @Test
  void onlyABudgetThatFundsWouldSatisfyIsBlamed() {
    TenantId tenant = house.paying(5 * OUTPUT);
    cap(tenant, new Subject.OfTenant(), 5);
    request(tenant).run(0, 0, 5);
    assertThat(request(tenant).refusal(0, 1)).isEqualTo(Refusal.INSUFFICIENT_BALANCE);
  }

  @Test
  void aBudgetStartsAnewWithTheMonthOfTheTenantsZoneAndARequestBelongsToTheMonthOfItsArrival() {
    TenantId tenant = house.payAsYouGo(1_000_000 * OUTPUT, ZoneId.of("Pacific/Kiritimati"));
    moveTo("2026-11-30T09:59:59.999Z");
    instance.request(tenant).run(99_999, 0, 1);
    cap(tenant, new Subject.OfTenant(), 100);
    Request late = request(tenant);
    Hold running = late.hold(0, 60);
    moveTo("2026-11-30T10:00:00Z");
    instance.request(tenant).run(99_999, 0, 1);
    request(tenant).run(0, 0, 100);
    assertThat(request(tenant).refusal(0, 1)).isEqualTo(Refusal.BUDGET_EXCEEDED);
    assertThat(running.extend(64)).as("what November has left").isEqualTo(40);
    Request.settled(running, late.used(0, 0, 100));
    Budget december = house.budgets.of(tenant).getFirst();
    assertThat(december.from()).isEqualTo(Instant.parse("2026-11-30T10:00:00Z"));
    assertThat(december.until()).isEqualTo(Instant.parse("2026-12-31T10:00:00Z"));
    assertThat(spent(tenant, new Subject.OfTenant())).isEqualTo(100);
  }

  @Test
  void aChangeOfZoneWithinAMonthDoesNotGrantTheCapTwice() {
    TenantId tenant = rich();
    cap(tenant, new Subject.OfTenant(), 100);
    request(tenant).run(0, 0, 100);
    house.jdbc.sql("""
        UPDATE billing.contract SET effective = '[2026-01-01,2026-11-25)' WHERE tenant_id = :tenant;
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (:tenant, 'pay-as-you-go', 'USD', 'Asia/Shanghai', 0, '[2026-11-25,)')
        """).param("tenant", tenant.value()).update();
    house.contracts.refresh(tenant);
    moveTo("2026-11-25T00:00:00Z");
    assertThat(request(tenant).refusal(0, 1)).isEqualTo(Refusal.BUDGET_EXCEEDED);
    moveTo("2026-11-30T16:30:00Z");
    assertThat(request(tenant).refusal(0, 1)).as("the old month lasts to its end in UTC")
        .isEqualTo(Refusal.BUDGET_EXCEEDED);
    moveTo("2026-12-01T00:00:00Z");
    assertThat(request(tenant).hold(0, 100).coveredOutputTokens()).isEqualTo(100);
  }

  @Test
  void aBudgetSetWithinAMonthCountsWhatWasSettledInItBefore() {
    TenantId tenant = rich();
    request(tenant).run(0, 0, 70);
    instance.request(tenant).run(0, 0, 20);
    cap(tenant, new Subject.OfKey(key), 100);
    cap(tenant, new Subject.OfTenant(), 50);
    assertThat(spent(tenant, new Subject.OfKey(key))).isEqualTo(70);
    assertThat(spent(tenant, new Subject.OfTenant())).isEqualTo(90);
    assertThat(request(tenant).refusal(0, 1)).isEqualTo(Refusal.BUDGET_EXCEEDED);
    cap(tenant, new Subject.OfTenant(), 100);
    assertThat(request(tenant).hold(0, 64).coveredOutputTokens()).isEqualTo(10);
  }

  /** Whoever opens accounts waits meanwhile, and has no time: a month may have millions of requests. */
  @Test
  void aBudgetSetWithinAMonthIsCountedWithoutReadingItsRequests() throws Exception {
    TenantId tenant = rich();
    moveTo("2026-10-31T23:59:59Z");
    request(tenant).run(0, 0, 1_000);
    moveTo("2026-11-15T12:00:00Z");
    request(tenant).run(0, 0, 70);
    instance.request(tenant).run(0, 0, 20);
    new RollUps(house.pool).fold();
    request(tenant).run(0, 0, 7);
    instance.request(tenant).run(0, 0, 2);
    instance.request(rich()).run(0, 0, 400);
    try (Connection other = house.pool.getConnection();
        Statement statement = other.createStatement();
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE billing.usage IN ACCESS EXCLUSIVE MODE");
      try {
        executor.submit(() -> {
          cap(tenant, new Subject.OfTenant(), 5_000);
          cap(tenant, new Subject.OfProject(project), 5_000);
          cap(tenant, new Subject.OfKey(key), 5_000);
        }).get(20, TimeUnit.SECONDS);
      } finally {
        other.rollback();
      }
    }
    assertThat(spent(tenant, new Subject.OfTenant())).isEqualTo(99);
    assertThat(spent(tenant, new Subject.OfProject(project))).isEqualTo(77);
    assertThat(spent(tenant, new Subject.OfKey(key))).isEqualTo(77);
  }

  @Test
  void aBudgetThatIsSetAfterAChangeOfZoneCountsFromTheBeginningOfTheMonthThere() {
    TenantId tenant = rich();
    moveTo("2026-10-31T15:59:59Z");
    request(tenant).run(0, 0, 1_000);
    moveTo("2026-10-31T16:00:00Z");
    request(tenant).run(0, 0, 70);
    house.jdbc.sql("""
        UPDATE billing.contract SET effective = '[2026-01-01,2026-11-10)' WHERE tenant_id = :tenant;
        INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
        VALUES (:tenant, 'pay-as-you-go', 'USD', 'Asia/Shanghai', 0, '[2026-11-10,)')
        """).param("tenant", tenant.value()).update();
    house.contracts.refresh(tenant);
    new RollUps(house.pool).fold();
    moveTo("2026-11-15T12:00:00Z");
    request(tenant).run(0, 0, 7);
    cap(tenant, new Subject.OfTenant(), 5_000);
    assertThat(spent(tenant, new Subject.OfTenant())).isEqualTo(77);
  }

  @Test
  void aBudgetThatIsLiftedAndSetAgainCountsWhatWasSettledInBetween() {
    TenantId tenant = rich();
    var subject = new Subject.OfKey(key);
    cap(tenant, subject, 100);
    request(tenant).run(0, 0, 60);
    Request early = request(tenant);
    Hold capped = early.hold(0, 20);
    assertThat(house.budgets.remove(tenant, subject)).isTrue();
    Request.settled(capped, early.used(0, 0, 15));
    request(tenant).run(0, 0, 500);
    Request late = request(tenant);
    Hold uncapped = late.hold(0, 10);
    cap(tenant, subject, 600);
    assertThat(spent(tenant, subject)).isEqualTo(575);
    assertThat(request(tenant).hold(0, 64).coveredOutputTokens()).isEqualTo(25);
    Request.settled(uncapped, late.used(0, 0, 10));
    cap(tenant, subject, 700);
    assertThat(spent(tenant, subject)).as("what was let in without a cap and ended under one").isEqualTo(575);
    assertThat(house.budgets.remove(tenant, subject)).isTrue();
    cap(tenant, subject, 500);
    assertThat(spent(tenant, subject)).isEqualTo(585);
    assertThat(request(tenant).refusal(0, 1)).isEqualTo(Refusal.BUDGET_EXCEEDED);
  }

  @Test
  void aLoweredCapHoldsForNewRequestsWhileWhatRunsIsStillSettled() {
    TenantId tenant = rich();
    cap(tenant, new Subject.OfTenant(), 1_000);
    Request request = request(tenant);
    Hold running = request.hold(0, 500);
    cap(tenant, new Subject.OfTenant(), 100);
    await().until(() -> request(tenant).admission(0, 1) instanceof Admission.Refused refused
        && refused.reason() == Refusal.BUDGET_EXCEEDED);
    Request.settled(running, request.used(0, 0, 500));
    assertThat(spent(tenant, new Subject.OfTenant())).isEqualTo(500);
    assertThat(request(tenant).refusal(0, 1)).isEqualTo(Refusal.BUDGET_EXCEEDED);
  }

  @Test
  void aLiftedCapNoLongerHolds() {
    TenantId tenant = rich();
    cap(tenant, new Subject.OfTenant(), 10);
    Request request = request(tenant);
    Hold running = request.hold(0, 10);
    assertThat(house.budgets.remove(tenant, new Subject.OfTenant())).isTrue();
    assertThat(house.budgets.remove(tenant, new Subject.OfTenant())).isFalse();
    request(tenant).run(0, 0, 1_000);
    assertThat(running.extend(1)).as("what runs keeps its budgets").isZero();
    Request.settled(running, request.used(0, 0, 10));
    assertThat(house.budgets.of(tenant)).isEmpty();
  }

  @Test
  void threeInstancesTogetherSpendABudgetToTheTokenAndNeverPassIt() throws Exception {
    TenantId tenant = rich();
    cap(tenant, new Subject.OfTenant(), 1_000);
    cap(tenant, new Subject.OfKey(key), 700);
    List<House.Instance> instances = List.of(instance, house.instance(), house.instance());
    var spenders = new ArrayList<Callable<Long>>();
    IntStream.range(0, 90).forEach(i -> spenders.add(() -> {
      Request request = instances.get(i % 3).request(tenant);
      if (i % 2 == 0) {
        request.by(project, key);
      }
      return request.admission(0, 40) instanceof Admission.Held held
          ? Request.settled(held.hold(), request.used(0, 0, held.hold().coveredOutputTokens())).amountPico()
          : 0L;
    }));
    long spent = 0;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var result : executor.invokeAll(spenders)) {
        spent += result.get();
      }
    }
    assertThat(spent / OUTPUT).isEqualTo(1_000);
    assertThat(spent(tenant, new Subject.OfTenant())).isEqualTo(1_000);
    assertThat(spent(tenant, new Subject.OfKey(key))).isLessThanOrEqualTo(700);
  }

  @Test
  void wishesThatCannotBeAreRefusedWithFieldAndRule() {
    TenantId tenant = rich();
    var subject = new Subject.OfTenant();
    assertThat(house.budgets.set(tenant, subject, House.usd(BigInteger.ZERO)))
        .isEqualTo(new Change.Refused("cap", "must be more than 0 and at most 1000000"));
    assertThat(house.budgets.set(tenant, subject, House.usd(BigInteger.TEN.pow(18).add(BigInteger.ONE))))
        .isEqualTo(new Change.Refused("cap", "must be more than 0 and at most 1000000"));
    assertThat(house.budgets.set(tenant, subject, new dev.tollgate.billing.Money("EUR", BigInteger.ONE)))
        .isEqualTo(new Change.Refused("currency", "must be that of the contract, USD"));
    assertThat(house.budgets.set(new TenantId(UUID.randomUUID()), subject, House.usd(BigInteger.ONE)))
        .isEqualTo(new Change.Refused("tenant", "must have a contract in force"));
  }
}
