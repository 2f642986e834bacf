package dev.tollgate.billing.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.funds.House;
import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.tenants.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What alerts are raised by: how many sums do not agree, and since when nobody has looked. */
class ReconciliationScheduleTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final String SPOIL = "UPDATE billing.fund SET balance = balance + ? WHERE tenant_id = ? AND kind = 'MONEY'";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private double differences() {
    return registry.get("tollgate.reconciliation.differences").gauge().value();
  }

  private double age() {
    return registry.get("tollgate.reconciliation.age").gauge().value();
  }

  @Test
  void theMetersTellOfDifferencesUntilTheyAreGoneAndOfTheAgeOfTheLastRun() {
    try (var house = new House()) {
      TenantId tenant = house.payAsYouGo(1_000_000_000_000L);
      house.funding.topUp(tenant, "USD", 5_000_000_000_000L, "first");
      var schedule = new ReconciliationSchedule(new ReconciliationRuns(house.pool, house.time.clock()), HOUR,
          Scheduling.onThreads(house.time::nanos), house.time.clock());
      schedule.bindTo(registry);
      house.jdbc.sql(SPOIL).params(7, tenant.value()).update();
      schedule.look();
      assertThat(differences()).as("of the tenant, and in all").isEqualTo(2);
      house.jdbc.sql(SPOIL).params(-7, tenant.value()).update();
      house.time.move(Duration.ofMinutes(59));
      schedule.look();
      assertThat(differences()).as("not compared again yet").isEqualTo(2);
      assertThat(age()).isEqualTo(59 * 60);
      house.time.move(Duration.ofMinutes(2));
      schedule.look();
      assertThat(differences()).isZero();
      assertThat(age()).isZero();
    }
  }
}
