package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices.Finalised;
import dev.tollgate.billing.Invoices.Numbered;
import dev.tollgate.billing.Invoices.Outcome;
import dev.tollgate.tenants.TenantId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Which months can be finalised, and what is said of the others. */
class FinalisedMonthTest {

  private final Office office = new Office();
  private final TenantId tenant = office.onCredit(1_000, ZoneOffset.UTC);

  @AfterEach
  void close() {
    office.close();
  }

  @Test
  void aMonthIsFinalisedOnceItIsDraftedAndNotAgain() {
    assertThat(office.invoices.finalise(SEPTEMBER, "accountant"))
        .isEqualTo(new Outcome.Refused("The month 2026-09 is not closed", "Close it first"));
    office.use(tenant, 1_100_000, 0, 1_000_000);
    office.at("2026-10-02T00:00:00Z");
    office.house.contracts.refresh();
    office.closing.begin(SEPTEMBER, "accountant", true);
    assertThat(office.invoices.finalise(SEPTEMBER, "accountant"))
        .isEqualTo(
            new Outcome.Refused("The close of 2026-09 is still under way, with drafts for 0 of 1 tenants",
                "Close it again until it says that it is closed, then finalise"));
    office.close(SEPTEMBER);
    assertThat(office.invoices.finalise(SEPTEMBER, "accountant")).isEqualTo(new Finalised(1, List.of()));
    assertThat(office.invoices.finalise(SEPTEMBER, "accountant"))
        .isEqualTo(new Outcome.Refused("All invoices of 2026-09 are finalised already",
            "Export them, or correct one by a credit note"));
    assertThat(office.invoices.finalise(OCTOBER, "accountant")).isEqualTo(new Outcome.Refused(
        "The month 2026-10 is not closed", "Close it first, or name one that is closed: [2026-09]"));
  }

  @Test
  void whoeverReadsAMonthTwiceReadsTheSameDocumentsWhateverIsFinalisedOrCreditedMeanwhile() {
    TenantId late = office.onCredit(1_000, ZoneOffset.UTC);
    for (TenantId each : List.of(tenant, late)) {
      office.use(each, 1_100_000, 0, 1_000_000);
    }
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    InvoiceId first = office.only(tenant).id();
    InvoiceId second = office.only(late).id();
    office.invoices.finalise(first, "accountant");
    Numbered before = office.invoices.numbered(SEPTEMBER, null);
    assertThat(before.drafts()).isEqualTo(1);
    var read = new ArrayList<InvoiceId>();
    for (int pass = 0; pass < 2; pass++) {
      office.invoices.forEachExported(before, SEPTEMBER, null, invoice -> {
        read.add(invoice.id());
        office.invoices.finalise(second, "accountant");
        office.invoices.credit(first, 1, "Slow answers", "accountant");
      });
    }
    assertThat(read).containsExactly(first, first);
    assertThat(office.only(late).state()).isEqualTo(Invoice.State.FINALISED);
    Numbered after = office.invoices.numbered(SEPTEMBER, null);
    assertThat(after.drafts()).isZero();
    var all = new ArrayList<InvoiceId>();
    office.invoices.forEachExported(after, SEPTEMBER, null, invoice -> all.add(invoice.id()));
    assertThat(all).containsExactlyInAnyOrder(first, second);
    office.invoices.forEachExported(before, OCTOBER, null, note -> all.add(note.id()));
    assertThat(all).as("the notes were not there before").hasSize(2);
    office.invoices.forEachExported(after, OCTOBER, null, note -> all.add(note.id()));
    assertThat(all).hasSize(4);
    assertThat(office.invoices.numbered(SEPTEMBER, late)).isEqualTo(after);
  }

  @Test
  void aMonthInWhichNothingWasBilledHasNothingToFinalise() {
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    assertThat(office.invoices.finalise(SEPTEMBER, "accountant")).isEqualTo(new Outcome.Refused(
        "Nothing was billed in 2026-09", "Name another month; closed are [2026-09]"));
  }

  @Test
  void aDraftThatIsWrittenAnewWhileItsMonthIsFinalisedIsFinalisedAsItIsThen() {
    office.use(tenant, 1_100_000, 0, 1_000_000);
    office.at("2026-10-02T00:00:00Z");
    office.close(SEPTEMBER);
    InvoiceId draft = office.only(tenant).id();
    var redrafting = new CompletableFuture<Outcome>();
    DataSource paused = beforeTenantsAreLocked(() -> {
      redrafting.completeAsync(() -> office.invoices.redraft(draft));
      await().atMost(Duration.ofSeconds(30)).until(() -> redrafting.isDone() || isAnyoneBlocked());
    });
    var finalising = new StoredInvoices(paused, office.house.contracts, office.house.commitments,
        office.house.time.clock());
    assertThat(finalising.finalise(SEPTEMBER, "accountant")).isEqualTo(new Finalised(1, List.of()));
    assertThat(redrafting.join()).isInstanceOf(Outcome.Done.class);
    assertThat(office.only(tenant).id()).isNotEqualTo(draft);
  }

  private boolean isAnyoneBlocked() {
    return office.house.jdbc.sql("""
        SELECT EXISTS (SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0)
        """).query(Boolean.class).single();
  }

  /** Has something happen once, when a month's drafts are chosen and their tenants are not locked yet. */
  private DataSource beforeTenantsAreLocked(Runnable happening) {
    var happened = new AtomicBoolean();
    return new DelegatingDataSource(office.house.pool) {
      @Override
      public Connection getConnection() throws SQLException {
        Connection real = super.getConnection();
        return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
            new Class<?>[]{Connection.class}, (proxy, method, arguments) -> {
              if (method.getName().equals("prepareStatement")
                  && arguments[0].toString().contains("ORDER BY tenant_id FOR UPDATE")
                  && !happened.getAndSet(true)) {
                happening.run();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
      }
    };
  }
}
