package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tollgate.billing.Closing.Outcome;
import dev.tollgate.billing.Closing.Progress;
import dev.tollgate.billing.Closing.SetAside;
import dev.tollgate.billing.Closing.Stage;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoices.Finalised;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tenants whose drafts cannot be written wait until that is mended, and keep nobody else from theirs. */
class SetAsideTest {

  private final Office office = new Office();
  private final List<TenantId> others = new ArrayList<>();
  private final TenantId broken = office.onCredit(100, ZoneOffset.UTC);

  /** Its contract is in a currency that no invoice can be written in, as one could be concluded once. */
  @BeforeEach
  void aTenantWhoseMonthCannotBeBilled() {
    for (int i = 0; i < 7; i++) {
      TenantId tenant = office.onCredit(100, ZoneOffset.UTC);
      office.use(tenant, 1_000_000, 0, 0);
      others.add(tenant);
    }
    office.use(broken, 1_000_000, 0, 0);
    office.at("2026-10-02T00:00:00Z");
    office.house.contracts.refresh();
    office.house.jdbc.sql("""
        ALTER TABLE billing.contract DROP CONSTRAINT contract_currency_fkey;
        ALTER TABLE billing.contract DISABLE TRIGGER USER
        """).update();
    inCurrency(broken, "XTS");
  }

  private void inCurrency(TenantId tenant, String currency) {
    office.house.jdbc.sql("UPDATE billing.contract SET currency = :currency WHERE tenant_id = :tenant")
        .param("currency", currency).param("tenant", tenant.value()).update();
  }

  @AfterEach
  void theBooksAgree() {
    try (office) {
      inCurrency(broken, "USD");
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  private Outcome close() {
    return office.closing.closeWithoutWaiting(SEPTEMBER, "test");
  }

  private Progress stuck() {
    return switch (close()) {
      case Outcome.UnderWay(Progress progress) -> progress;
      case Outcome other -> throw new AssertionError(other);
    };
  }

  private Stream<Invoice> drafts() {
    return others.stream().map(office::only);
  }

  @Test
  void theOthersHaveTheirDraftsAndTheMonthStaysOpen() {
    Progress progress = stuck();
    assertThat(drafts()).allMatch(draft -> draft.state() == Invoice.State.DRAFT);
    assertThat(office.invoices.of(broken)).isEmpty();
    assertThat(progress.stage()).isEqualTo(Stage.DRAFTING);
    assertThat(progress.tenantsDone()).isEqualTo(7);
    assertThat(progress.lacksOnlyWhatIsSetAside()).isTrue();
    assertThat(progress.setAside()).extracting(SetAside::tenant).containsExactly(broken);
    assertThat(progress.setAside().getFirst().why()).contains("invoice_currency_fkey");
    assertThat(office.invoices.finalise(SEPTEMBER, "test")).isNotInstanceOf(Finalised.class);
  }

  @Test
  void onceThatIsMendedTheMonthIsClosedByWhoeverClosesItAgain() {
    stuck();
    List<String> before = drafts().map(Office::text).toList();
    inCurrency(broken, "USD");
    assertThat(close()).isInstanceOf(Outcome.Drafted.class);
    assertThat(office.only(broken).state()).isEqualTo(Invoice.State.DRAFT);
    assertThat(drafts().map(Office::text)).isEqualTo(before);
    assertThat(office.closing.progress(SEPTEMBER).orElseThrow().tenantsSetAside()).isZero();
  }

  @Test
  void theScheduleTriesItAgainLaterAndNotAtEveryLook() {
    stuck();
    inCurrency(broken, "USD");
    office.closing.carryOn();
    assertThat(office.invoices.of(broken)).as("it waits").isEmpty();
    office.house.jdbc
        .sql("UPDATE billing.period SET retry_at = clock_timestamp() WHERE set_aside IS NOT NULL")
        .update();
    office.closing(office.house.pool).carryOn();
    assertThat(office.only(broken).state()).isEqualTo(Invoice.State.DRAFT);
    assertThat(office.closing.progress(SEPTEMBER).orElseThrow().stage()).isEqualTo(Stage.DRAFTED);
  }

  /** As where there are so many that setting aside the last takes longer than the first has to wait. */
  @Test
  void whoeverClosesTheMonthTriesEachOnceEvenWhereItsWaitIsOverByThen() {
    TenantId another = others.getFirst();
    inCurrency(another, "XTS");
    countTries();
    assertThat(assertTimeoutPreemptively(Duration.ofSeconds(30),
        () -> office.closing(office.house.pool, Duration.ZERO).closeWithoutWaiting(SEPTEMBER, "test")))
        .isInstanceOfSatisfying(Outcome.UnderWay.class,
            underWay -> {
              assertThat(underWay.progress().setAside()).extracting(SetAside::tenant)
                  .containsExactlyInAnyOrder(broken, another);
              assertThat(underWay.progress().lacksOnlyWhatIsSetAside()).isTrue();
            });
    assertThat(office.house.jdbc.sql("SELECT last_value FROM billing.tries").query(Long.class).single())
        .as("tries that failed").isEqualTo(2);
    inCurrency(another, "USD");
  }

  private void countTries() {
    office.house.jdbc.sql("""
        CREATE SEQUENCE billing.tries;
        CREATE FUNCTION billing.count_try() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM nextval(''billing.tries''); RETURN NEW; END';
        CREATE TRIGGER counted BEFORE UPDATE ON billing.period FOR EACH ROW WHEN (NEW.set_aside IS NOT NULL)
          EXECUTE FUNCTION billing.count_try()
        """).update();
  }

  @Test
  void severalInstancesComeToTheSame() throws InterruptedException {
    List<Thread> instances = Stream.generate(() -> office.closing(office.house.pool)).limit(3)
        .map(closing -> Thread.ofVirtual().start(() -> closing.closeWithoutWaiting(SEPTEMBER, "test")))
        .toList();
    for (Thread instance : instances) {
      instance.join();
    }
    assertThat(stuck().tenantsDone()).isEqualTo(7);
    assertThat(drafts()).hasSize(7);
  }
}
