package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Closing.Progress;
import dev.tollgate.billing.Closing.Stage;
import dev.tollgate.billing.Invoice;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** A close that is killed at any point and begun again comes to the same documents with the same numbers. */
class CloseFaultsTest {

  private static final int KILLS = 50;

  @Test
  void killedFiftyTimesItComesToTheSameInvoicesAndNumbersWithoutGaps() {
    try (Office office = new Office()) {
      List<TenantId> tenants = tenants(office);
      office.at("2026-10-02T00:00:00Z");
      office.house.contracts.refresh();
      keepWhatIsToBeFolded(office);
      var whole = new FaultyStatements(office.house.pool, 0, false);
      closeAndFinalise(office, whole);
      List<String> expected = documents(office, tenants);
      long seed = new Random().nextLong();
      System.out.println("seed " + seed);
      var random = new Random(seed);
      for (int kill = 0; kill < KILLS; kill++) {
        begin(office);
        int at = 1 + random.nextInt(whole.count());
        killed(office, at, random.nextBoolean());
        if (random.nextBoolean()) {
          killed(office, 1 + random.nextInt(whole.count()), random.nextBoolean());
        }
        closeAndFinalise(office, office.house.pool);
        assertThat(documents(office, tenants)).as("seed %d, kill %d at statement %d", seed, kill, at)
            .isEqualTo(expected);
        assertThat(numbers(office)).isEqualTo(List.of("INV-2026-000001", "INV-2026-000002", "INV-2026-000003",
            "INV-2026-000004", "INV-2026-000005", "INV-2026-000006", "INV-2026-000007"));
      }
      assertThat(office.house.reconciliation.differences()).isEmpty();
    }
  }

  @Test
  void whatIsDoneAndHowLongTheRestTakesIsToldUntilItEnds() {
    try (Office office = new Office()) {
      int all = tenants(office).size();
      office.at("2026-10-02T00:00:00Z");
      office.house.contracts.refresh();
      keepWhatIsToBeFolded(office);
      assertThat(office.closing.progress(SEPTEMBER)).isEmpty();
      Progress partly = partlyDrafted(office);
      assertThat(partly.tenants()).isEqualTo(all);
      assertThat(partly.tenantsPerMinute()).isPositive();
      assertThat(partly.remaining()).hasValueSatisfying(left -> assertThat(left).isPositive());
      closeAndFinalise(office, office.house.pool);
      assertThat(office.closing.progress(SEPTEMBER)).hasValueSatisfying(progress -> {
        assertThat(progress.tenantsDone()).isEqualTo(all);
        assertThat(progress.remaining()).contains(Duration.ZERO);
      });
    }
  }

  /** Where a close stands that was killed after some of its tenants, and before the last. */
  private static Progress partlyDrafted(Office office) {
    for (int at = 4; at < 200; at += 4) {
      killed(office, at, false);
      Optional<Progress> progress = office.closing.progress(SEPTEMBER)
          .filter(now -> now.stage() == Stage.DRAFTING && now.tenantsDone() > 0);
      if (progress.isPresent()) {
        assertThat(progress.get().tenantsDone()).isLessThan(progress.get().tenants());
        return progress.get();
      }
      begin(office);
    }
    throw new AssertionError("It was never killed while it drafted");
  }

  private static List<TenantId> tenants(Office office) {
    var tenants = new ArrayList<TenantId>();
    for (int i = 0; i < 7; i++) {
      TenantId tenant = i % 2 == 0 ? office.paying(100) : office.onCredit(100, ZoneOffset.UTC);
      office.use(tenant, 1_000_003 + i * 17_777, 333_333, 77_777 + i);
      tenants.add(tenant);
    }
    return tenants;
  }

  private static void killed(Office office, int at, boolean afterwards) {
    try {
      closeAndFinalise(office, new FaultyStatements(office.house.pool, at, afterwards));
    } catch (DataAccessException | TransactionException e) {
      assertThat(e).hasRootCauseInstanceOf(java.sql.SQLException.class);
    }
  }

  private static void closeAndFinalise(Office office, DataSource database) {
    new MonthClose(database, office.house.contracts, office.house.commitments,
        new CloseSettings(Duration.ofHours(1), 1, 3, Duration.ofMinutes(1)), office.house.time.clock())
        .closeWithoutWaiting(SEPTEMBER, "test");
    new StoredInvoices(database, office.house.contracts, office.house.commitments, office.house.time.clock())
        .finalise(SEPTEMBER, "test");
  }

  private static void keepWhatIsToBeFolded(Office office) {
    office.house.jdbc.sql("CREATE TABLE kept_delta AS SELECT * FROM billing.usage_delta").update();
    assertThat(office.house.jdbc.sql("SELECT count(*) FROM kept_delta").query(Long.class).single())
        .isPositive();
  }

  /** As if it was never closed, nor anything folded. The database refuses this to everybody who does not switch its triggers off. */
  private static void begin(Office office) {
    office.house.jdbc.sql("""
        DO $$ BEGIN
          ALTER TABLE billing.invoice DISABLE TRIGGER ALL;
          ALTER TABLE billing.invoice_line DISABLE TRIGGER ALL;
          ALTER TABLE billing.credit_movement DISABLE TRIGGER ALL;
          ALTER TABLE billing.transfer DISABLE TRIGGER ALL;
          DELETE FROM billing.transfer WHERE reason LIKE 'INVOICE%';
          DELETE FROM billing.credit_movement;
          DELETE FROM billing.invoice_line;
          DELETE FROM billing.invoice;
          DELETE FROM billing.number_sequence;
          DELETE FROM billing.period;
          DELETE FROM billing.usage_sum;
          DELETE FROM billing.close;
          ALTER TABLE billing.usage_day DISABLE TRIGGER ALL;
          ALTER TABLE billing.usage_month DISABLE TRIGGER ALL;
          DELETE FROM billing.usage_day;
          DELETE FROM billing.usage_month;
          DELETE FROM billing.usage_delta;
          INSERT INTO billing.usage_delta OVERRIDING SYSTEM VALUE SELECT * FROM kept_delta;
          ALTER TABLE billing.usage_day ENABLE TRIGGER ALL;
          ALTER TABLE billing.usage_month ENABLE TRIGGER ALL;
          ALTER TABLE billing.invoice ENABLE TRIGGER ALL;
          ALTER TABLE billing.invoice_line ENABLE TRIGGER ALL;
          ALTER TABLE billing.credit_movement ENABLE TRIGGER ALL;
          ALTER TABLE billing.transfer ENABLE TRIGGER ALL;
        END $$
        """).update();
  }

  private static List<String> documents(Office office, List<TenantId> tenants) {
    return tenants.stream().flatMap(tenant -> office.invoices.of(tenant).stream())
        .map(invoice -> number(invoice) + "\n" + Office.text(invoice)).toList();
  }

  private static String number(Invoice invoice) {
    return Settling.number(invoice);
  }

  private static List<String> numbers(Office office) {
    return office.house.jdbc.sql("SELECT number FROM billing.invoice ORDER BY sequence").query(String.class)
        .list();
  }
}
