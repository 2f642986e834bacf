package dev.tollgate.billing.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.funds.House;
import dev.tollgate.billing.ledger.BudgetSubject.Kind;
import dev.tollgate.billing.rollups.RollUps;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class SpentBeforeTest {

  private static final Instant MONTH = Instant.parse("2026-11-01T00:00:00Z");
  private static final int LOOKS = 60;
  private static final int WORKERS = 3;

  private final House house = new House();
  private final House.Instance instance = house.instance();
  private final TenantId tenant = house.paying(1_000_000_000_000L);
  private final BudgetSubject all = new BudgetSubject(Kind.TENANT, tenant.value());

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  @Test
  void atEveryInstantItIsWhatTheRequestsOfTheMonthWereBilledWhileTheySettleAndRollUpsFold() throws Exception {
    long account = emptyAccount();
    var rollUps = new RollUps(house.pool);
    var over = new AtomicBoolean();
    var seen = new ArrayList<BigDecimal>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Future<?>>();
      for (int i = 0; i < WORKERS; i++) {
        tasks.add(executor.submit(() -> {
          while (!over.get()) {
            instance.request(tenant).run(0, 0, 10);
          }
        }));
      }
      tasks.add(executor.submit(() -> {
        while (!over.get()) {
          rollUps.fold();
        }
      }));
      try {
        for (int i = 0; i < LOOKS; i++) {
          seen.add(look(account));
        }
      } finally {
        over.set(true);
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    }
    assertThat(seen).isSorted();
    assertThat(seen.getLast()).isGreaterThan(seen.getFirst());
  }

  /** Both sums of one snapshot. */
  private BigDecimal look(long account) throws Exception {
    try (Connection connection = house.pool.getConnection()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try {
        JdbcClient snapshot = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        BigDecimal billed = snapshot
            .sql("SELECT COALESCE(sum(amount_pico), 0) FROM billing.usage WHERE tenant_id = ?")
            .param(tenant.value()).query(BigDecimal.class).single();
        var opened = new BudgetAccount(account, all, MONTH, MONTH.plusSeconds(30 * 86_400));
        assertThat(new SpentBefore(snapshot).uncounted(tenant, "USD", opened)).isEqualByComparingTo(billed);
        return billed;
      } finally {
        connection.rollback();
      }
    }
  }

  /** Of a key that nothing is asked with. */
  private long emptyAccount() {
    var key = new BudgetSubject(Kind.KEY, UUID.randomUUID());
    house.jdbc
        .sql("INSERT INTO billing.budget (tenant_id, subject, currency, cap_pico) VALUES (?, ?, 'USD', 1)")
        .params(tenant.value(), key.text()).update();
    new BudgetAccounts(house.pool).openAndCount(tenant, key, "USD", /* wasSet= */ false, MONTH,
        MONTH.plusSeconds(30 * 86_400), house.time.clock().instant());
    return house.jdbc.sql("SELECT account_id FROM billing.fund WHERE tenant_id = ? AND kind = 'BUDGET'")
        .param(tenant.value()).query(Long.class).single();
  }
}
