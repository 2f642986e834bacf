package dev.tollgate.billing.invoicing;

import static dev.tollgate.billing.invoicing.Office.DOLLAR;
import static dev.tollgate.billing.invoicing.Office.OCTOBER;
import static dev.tollgate.billing.invoicing.Office.SEPTEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.funds.Request;
import dev.tollgate.billing.reconciliation.Reconciliation.Difference;
import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What closes took up is on invoices, to the pico-unit (money rule 8). */
class InvoicesAgainstUsageTest {

  private final Office office = new Office();
  private final ReconciliationRuns runs = new ReconciliationRuns(office.house.pool,
      office.house.time.clock());

  @AfterEach
  void close() {
    office.close();
  }

  private List<Difference> found() {
    office.house.time.move(Duration.ofHours(2));
    return runs.runIfDue(Duration.ofHours(1)).orElseThrow().differences();
  }

  /** Nine dollars, and the free tokens of the month. */
  private TenantId used(ZoneId zone) {
    TenantId tenant = office.onCredit(1_000, zone);
    office.use(tenant, 1_100_000, 0, 1_000_000);
    return tenant;
  }

  private void close(YearMonth month) {
    office.at(month.plusMonths(1) + "-02T00:00:00Z");
    office.close(month);
  }

  private void loseLines(TenantId tenant) {
    assertThat(office.house.jdbc.sql("""
        DELETE FROM billing.invoice_line WHERE invoice_id IN (
          SELECT id FROM billing.invoice WHERE tenant_id = :tenant AND state = 'DRAFT')
        """).param("tenant", tenant.value()).update()).isPositive();
  }

  private static Difference missing(TenantId tenant, String unit, long expected) {
    return new Difference(tenant, "usage = invoices", unit, BigInteger.valueOf(expected), BigInteger.ZERO);
  }

  @Test
  void aRunReportsWhoseLinesAreMissingAndHowMuchOfThem() {
    TenantId tenant = used(ZoneOffset.UTC);
    used(ZoneOffset.UTC);
    close(SEPTEMBER);
    assertThat(found()).isEmpty();
    loseLines(tenant);
    assertThat(found()).containsExactlyInAnyOrder(missing(tenant, "USD", 9 * DOLLAR),
        missing(tenant, "TOKEN", 100_000));
    office.invoices.redraft(office.only(tenant).id());
    assertThat(found()).isEmpty();
  }

  @Test
  void lateUsageIsMissedOnceItsInvoiceIsDrafted() {
    TenantId tenant = office.paying(100);
    office.use(tenant, 1_000_000, 0, 0);
    var late = office.request(tenant);
    var hold = late.hold(1_000_000, 1);
    close(SEPTEMBER);
    Request.settled(hold, late.used(1_000_000, 0, 0));
    assertThat(found()).isEmpty();
    close(OCTOBER);
    assertThat(office.latest(tenant, OCTOBER).lines()).singleElement()
        .satisfies(line -> assertThat(line.serviceMonth()).isEqualTo(SEPTEMBER));
    assertThat(found()).isEmpty();
    loseLines(tenant);
    assertThat(found()).containsExactly(missing(tenant, "USD", 6 * DOLLAR));
  }

  @Test
  void aMonthThatIsReplacedCountsByItsReplacement() {
    TenantId tenant = used(ZoneOffset.UTC);
    close(SEPTEMBER);
    office.invoices.finalise(SEPTEMBER, "accountant");
    office.invoices.replace(office.latest(tenant, SEPTEMBER).id(), "Wrong address", "support");
    assertThat(found()).isEmpty();
    loseLines(tenant);
    assertThat(found()).contains(missing(tenant, "USD", 9 * DOLLAR));
  }

  @Test
  void theUsageOfATenantThatChangedItsZoneIsAddedUpRequestByRequest() {
    TenantId tenant = used(ZoneOffset.UTC);
    close(SEPTEMBER);
    office.house.jdbc
        .sql(
            """
                UPDATE billing.contract SET effective = tstzrange(lower(effective), '2026-10-05') WHERE tenant_id = :tenant
                """)
        .param("tenant", tenant.value()).update();
    office.house.funding.payAsYouGo(tenant, "USD", ZoneId.of("Asia/Shanghai"), 1_000 * DOLLAR,
        Instant.parse("2026-10-05T00:00:00Z"));
    office.at("2026-10-31T17:00:00Z");
    office.use(tenant, 1_000_000, 0, 0);
    close(OCTOBER);
    assertThat(found()).isEmpty();
    loseLines(tenant);
    assertThat(found()).isNotEmpty().allMatch(
        each -> tenant.equals(each.tenant()) && each.check().equals("usage = invoices"));
  }
}
