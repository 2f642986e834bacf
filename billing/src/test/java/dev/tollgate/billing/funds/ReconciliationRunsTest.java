package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Listed;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Run;
import dev.tollgate.billing.reconciliation.ReconciliationRuns.Total;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconciliationRunsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final House house = new House();
  private final ReconciliationRuns runs = new ReconciliationRuns(house.pool, house.time.clock());

  @AfterEach
  void close() {
    house.close();
  }

  private TenantId business() {
    House.Instance instance = house.instance();
    TenantId tenant = house.payAsYouGo(1_000_000_000_000L);
    house.funding.topUp(tenant, "USD", 5_000_000_000_000L, "first");
    instance.request(tenant).run(100_000, 0, 10);
    return tenant;
  }

  @Test
  void aRunProvesThatUsageLedgerAndBalancesAgreeInAllAndIsKept() {
    business();
    Run run = runs.runIfDue(HOUR).orElseThrow();
    assertThat(run.differences()).isEmpty();
    Total usd = run.totals().stream().filter(total -> total.unit().equals("USD")).findFirst().orElseThrow();
    assertThat(usd.used()).isEqualTo(BigInteger.valueOf(10 * 6_000_000));
    assertThat(usd.posted().add(usd.pending())).isEqualTo(usd.used());
    assertThat(usd.balances()).isEqualTo(usd.entered());
    assertThat(usd.balances().subtract(usd.pending()))
        .isEqualTo(BigInteger.valueOf(5_000_000_000_000L - 10 * 6_000_000));
    ReconciliationRuns.Kept kept = runs.latest().orElseThrow();
    assertThat(new Run(kept.startedAt(), kept.took(), List.of(), kept.totals())).isEqualTo(run);
    assertThat(kept.differences()).isZero();
  }

  @Test
  void itRunsOncePerPeriodWhicheverInstanceAsks() {
    assertThat(runs.runIfDue(HOUR)).isPresent();
    house.time.move(Duration.ofMinutes(59));
    assertThat(new ReconciliationRuns(house.pool, house.time.clock()).runIfDue(HOUR)).isEmpty();
    house.time.move(Duration.ofMinutes(2));
    assertThat(runs.runIfDue(HOUR)).isPresent();
  }

  @Test
  void aDifferenceIsFoundPerTenantAndInAllAndSaysWhere() {
    TenantId tenant = business();
    house.jdbc
        .sql("UPDATE billing.fund SET balance = balance + 7 WHERE tenant_id = :tenant AND kind = 'MONEY'")
        .param("tenant", tenant.value()).update();
    Run run = runs.runIfDue(HOUR).orElseThrow();
    assertThat(run.differences()).hasSize(2)
        .allMatch(difference -> difference.found().subtract(difference.expected()).intValueExact() == 7)
        .anyMatch(difference -> tenant.equals(difference.tenant())
            && difference.check().startsWith("ledger = balance of MONEY"))
        .anyMatch(difference -> difference.tenant() == null
            && difference.check().equals("ledger = balances, in all"));
    ReconciliationRuns.Kept kept = runs.latest().orElseThrow();
    assertThat(kept.differences()).isEqualTo(2);
    for (ReconciliationRuns.Order order : ReconciliationRuns.Order.values()) {
      List<Listed> first = runs.differences(kept, Slice.first(order, true, 1));
      List<Listed> second = runs.differences(kept,
          new Slice<>(order, true, null, Long.toString(first.getFirst().id()), 5));
      assertThat(Stream.concat(first.stream(), second.stream()).map(Listed::difference)).as("by %s", order)
          .containsExactlyInAnyOrderElementsOf(run.differences());
    }
  }
}
