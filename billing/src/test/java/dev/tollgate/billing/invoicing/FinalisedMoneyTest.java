package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.DOLLAR;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Adjustments;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoices.Finalised;
import dev.tollgate.billing.Invoices.MonthOutcome;
import dev.tollgate.billing.Money;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Finalising a month takes off what tenants owe; their requests need the same funds meanwhile. */
class FinalisedMoneyTest {

  private final Office office = new Office();
  private final TransactionTemplate transaction = new TransactionTemplate(
      new JdbcTransactionManager(office.house.pool));
  private final TenantId lowAccount = office.onCredit(1_000, ZoneOffset.UTC);
  private final TenantId lowTenant = tenantBefore(lowAccount);

  private TenantId tenantBefore(TenantId other) {
    TenantId tenant = office.onCredit(1_000, ZoneOffset.UTC);
    while (tenant.toString().compareTo(other.toString()) > 0) {
      tenant = office.onCredit(1_000, ZoneOffset.UTC);
    }
    return tenant;
  }

  @BeforeEach
  void aMonthIsDrafted() {
    office.use(lowAccount, 1_100_000, 0, 1_000_000);
    office.use(lowTenant, 1_100_000, 0, 1_000_000);
    // Of what was used on credit, this is given back to the money when the month is final.
    for (TenantId tenant : List.of(lowAccount, lowTenant)) {
      office.adjustments.add(tenant, new Adjustments.Adjustment(Adjustments.Kind.ADJUSTMENT,
          new Money("USD", BigInteger.valueOf(-DOLLAR)), SEPTEMBER, "Agreed", "agreed"), "support");
    }
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
  }

  @AfterEach
  void theBooksAgree() {
    try (office) {
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  @Test
  void moneyIsLockedByItsAccountAsForGrantsSoThatNeitherEndsInADeadlock() {
    CompletableFuture<MonthOutcome> finalising = transaction.execute(status -> {
      assertThat(isFree(lowAccount)).isTrue();
      CompletableFuture<MonthOutcome> begun = CompletableFuture
          .supplyAsync(() -> office.invoices.finalise(SEPTEMBER, "accountant"));
      await().atMost(Duration.ofSeconds(30)).until(this::isAnyoneBlocked);
      assertThat(isFree(lowTenant)).as("the money of the tenant with the lower id and the higher account")
          .isTrue();
      return begun;
    });
    assertThat(finalising).succeedsWithin(Duration.ofSeconds(30))
        .isEqualTo(new Finalised(2, List.of()));
  }

  @Test
  void aRequestThatFinalisesTheMonthKeepsNobodysMoneyUntilItIsAnswered() {
    transaction.executeWithoutResult(status -> {
      assertThat(office.invoices.finalise(SEPTEMBER, "accountant")).isEqualTo(new Finalised(2, List.of()));
      assertThat(elsewhere(() -> isFree(lowAccount) && isFree(lowTenant))).isTrue();
      status.setRollbackOnly();
    });
    assertThat(office.only(lowTenant).state()).isEqualTo(Invoice.State.FINALISED);
    assertThat(Objects.requireNonNull(office.only(lowTenant).issue()).finalisedBy()).isEqualTo("accountant");
  }

  @Test
  void itWaitsForOthersNoLongerThanItsRequestWould() {
    transaction.executeWithoutResult(status -> {
      assertThat(isFree(lowAccount)).isTrue();
      Throwable refusal = elsewhere(() -> Objects.requireNonNull(transaction.execute(request -> {
        office.house.jdbc.sql("SET LOCAL lock_timeout = '100ms'").update();
        return catchThrowable(() -> office.invoices.finalise(SEPTEMBER, "accountant"));
      })));
      assertThat(refusal).hasMessageContaining("lock timeout");
    });
    assertThat(office.only(lowTenant).state()).isEqualTo(Invoice.State.DRAFT);
  }

  private static <T> T elsewhere(Supplier<T> action) {
    return CompletableFuture.supplyAsync(action).orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** Locks a tenant's money for the transaction, where nobody else has. */
  private boolean isFree(TenantId tenant) {
    return office.house.jdbc.sql("""
        SELECT account_id FROM billing.fund WHERE tenant_id = :tenant AND kind = 'MONEY'
        FOR NO KEY UPDATE SKIP LOCKED
        """).param("tenant", tenant.value()).query(Long.class).list().size() == 1;
  }

  private boolean isAnyoneBlocked() {
    return office.house.jdbc.sql("""
        SELECT EXISTS (SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0)
        """).query(Boolean.class).single();
  }
}
