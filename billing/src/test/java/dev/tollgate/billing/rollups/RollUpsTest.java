package dev.tollgate.billing.rollups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Row;
import dev.tollgate.billing.funds.House;
import dev.tollgate.billing.funds.Request;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollUpsTest {

  private static final long DOLLAR = 1_000_000_000_000L;
  private static final LocalDate FIRST = LocalDate.of(2026, 11, 1);

  private final House house = new House();
  private final House.Instance instance = house.quietInstance(House.QUICK);
  private final RollUps rollUps = new RollUps(house.pool);
  private final RolledUsageDays days = new RolledUsageDays(house.pool);

  @BeforeEach
  void theInstanceIsRegistered() {
    instance.beat();
  }

  @AfterEach
  void theBooksAgreeBeforeAndAfterFolding() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
      foldAll();
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  private void foldAll() {
    while (rollUps.fold() > 0) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  private List<Row> of(TenantId tenant, Set<By> by) {
    return days.between(tenant, FIRST, FIRST.plusMonths(1), by);
  }

  private Row only(TenantId tenant) {
    List<Row> rows = of(tenant, Set.of());
    assertThat(rows).hasSize(1);
    return rows.getFirst();
  }

  @Test
  void aDaySaysWhatItsRequestsUsedAndCost() {
    TenantId tenant = house.paying(100 * DOLLAR);
    instance.request(tenant).run(1_000, 500, 200);
    instance.request(tenant).run(2_000, 0, 100);
    Request failed = instance.request(tenant);
    Request.settled(failed.hold(700, 1), failed.used(700, 0, 0, Outcome.BACKEND_FAILED));
    foldAll();
    Row day = only(tenant);
    assertThat(day.day()).isEqualTo(LocalDate.of(2026, 11, 15));
    assertThat(day.requests()).isEqualTo(3);
    assertThat(day.failedRequests()).isEqualTo(1);
    assertThat(day.usage().inputTokens()).isEqualTo(3_700);
    assertThat(day.usage().cachedInputTokens()).isEqualTo(500);
    assertThat(day.usage().outputTokens()).isEqualTo(300);
    assertThat(day.amount()).isEqualTo(
        new Money("USD", BigInteger.valueOf(3_000 * 3_000_000L + 500 * 300_000L + 300 * 6_000_000L)));
  }

  @Test
  void rowsAreToldApartByWhatIsAskedFor() {
    TenantId tenant = house.paying(100 * DOLLAR);
    var project = new ProjectId(UUID.randomUUID());
    for (int i = 0; i < 4; i++) {
      instance.request(tenant).by(project, new ApiKeyId(new UUID(0, i % 2))).of("model-" + i).run(1_000, 0,
          1);
    }
    foldAll();
    assertThat(of(tenant, Set.of())).hasSize(1);
    assertThat(of(tenant, Set.of(By.KEY))).hasSize(2)
        .allSatisfy(row -> assertThat(row.requests()).isEqualTo(2));
    assertThat(of(tenant, Set.of(By.MODEL))).extracting(row -> row.subject().model())
        .containsExactly("model-0", "model-1", "model-2", "model-3");
    assertThat(of(tenant, Set.of(By.PROJECT))).extracting(row -> row.subject().project())
        .containsExactly(project);
    assertThat(days.between(null, FIRST, FIRST.plusMonths(1), Set.of(By.TENANT)))
        .extracting(row -> row.subject().tenant()).containsExactly(tenant);
  }

  @ParameterizedTest
  @CsvSource({"Z, 2026-11-15T23:59:59Z, 2026-11-15", "Asia/Shanghai, 2026-11-15T16:00:00Z, 2026-11-16",
      "Asia/Shanghai, 2026-11-15T15:59:59Z, 2026-11-15", "+08:00, 2026-11-15T16:00:00Z, 2026-11-16",
      "Asia/Kathmandu, 2026-11-15T18:15:00Z, 2026-11-16", "Asia/Kathmandu, 2026-11-15T18:14:59Z, 2026-11-15",
      "America/New_York, 2026-11-16T04:59:59Z, 2026-11-15"})
  void aDayIsThatOfTheTenantsZone(String zone, Instant at, LocalDate day) {
    TenantId tenant = house.payAsYouGo(10 * DOLLAR, zone.equals("Z") ? ZoneOffset.UTC : ZoneId.of(zone));
    house.time.moveTo(at);
    instance.beat();
    instance.request(tenant).run(1_000, 0, 10);
    foldAll();
    assertThat(only(tenant).day()).isEqualTo(day);
  }

  @Test
  void whatIsSettledTwiceCountsOnce() {
    TenantId tenant = house.paying(100 * DOLLAR);
    var id = instance.request(tenant).id();
    instance.request(tenant).withId(id).run(1_000, 0, 10);
    foldAll();
    instance.request(tenant).withId(id).run(1_000, 0, 10);
    foldAll();
    assertThat(only(tenant).requests()).isEqualTo(1);
  }

  @Test
  void instancesThatFoldAtOnceCountEverythingOnce() throws Exception {
    TenantId tenant = house.paying(1_000 * DOLLAR);
    for (int i = 0; i < 120; i++) {
      instance.request(tenant).run(1_000, 0, 1);
    }
    Callable<Integer> folding = () -> {
      var own = new RollUps(house.pool);
      int folded = 0;
      int now = own.foldSettledBefore(Instant.MAX);
      while (now > 0) {
        folded += now;
        now = own.foldSettledBefore(Instant.MAX);
      }
      return folded;
    };
    try (var threads = Executors.newFixedThreadPool(3)) {
      for (var each : threads.invokeAll(List.of(folding, folding, folding))) {
        each.get();
      }
    }
    assertThat(only(tenant).requests()).isEqualTo(120);
  }

  @Test
  void reconciliationFindsARollUpThatIsWrong() {
    TenantId tenant = house.paying(100 * DOLLAR);
    instance.request(tenant).run(1_000, 0, 10);
    foldAll();
    house.jdbc.sql("UPDATE billing.usage_day SET amount_pico = amount_pico + 1, requests = requests + 1")
        .update();
    house.jdbc.sql("UPDATE billing.usage_month SET amount = amount - 1").update();
    assertThat(house.reconciliation.differences())
        .extracting(difference -> difference.check() + " " + difference.unit())
        .containsExactlyInAnyOrder("usage = days USD", "usage = days REQUEST", "usage = months USD");
    house.jdbc.sql("UPDATE billing.usage_day SET amount_pico = amount_pico - 1, requests = requests - 1")
        .update();
    house.jdbc.sql("UPDATE billing.usage_month SET amount = amount + 1").update();
  }

  @Test
  void aSpanIsNotEmptyAndNotWithoutEnd() {
    assertThatThrownBy(() -> days.between(null, FIRST, FIRST, Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> days.between(null, FIRST, FIRST.plusYears(3), Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
