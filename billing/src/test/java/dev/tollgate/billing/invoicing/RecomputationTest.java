package dev.tollgate.billing.invoicing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Agreements.Agreement;
import dev.tollgate.billing.BillingProfiles.TaxRule;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.LineKind;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices.Compared;
import dev.tollgate.billing.Invoices.Mismatch;
import dev.tollgate.billing.Invoices.Recomputation;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Whatever is used and whenever: invoices are what their usage records add up to, to the pico-unit. */
class RecomputationTest {

  private static final List<ZoneId> ZONES = List.of(ZoneId.of("Pacific/Kiritimati"),
      ZoneId.of("Asia/Kathmandu"),
      ZoneId.of("Europe/Berlin"), ZoneId.of("UTC"), ZoneId.of("America/New_York"), ZoneId.of("Etc/GMT+12"));
  private static final Instant BEGIN = Instant.parse("2026-09-12T00:00:00Z");
  private static final int REQUESTS = 250;

  @Test
  void invoicesOverRandomUsageAreExactAndBillAllOfItOnce() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    try (Office office = new Office()) {
      List<TenantId> tenants = tenants(office);
      Instant at = BEGIN;
      var month = Office.SEPTEMBER;
      for (int i = 0; i < REQUESTS; i++) {
        at = at.plus(Duration.ofMinutes(random.nextInt(700)));
        office.at(at.toString());
        // Some months are closed as soon as they have ended somewhere, in the midst of their usage elsewhere.
        if (at.isAfter(Months.start(month.plusMonths(1), ZONES.getLast())) && random.nextInt(4) == 0) {
          office.close(month);
          month = month.plusMonths(1);
        }
        TenantId tenant = tenants.get(random.nextInt(tenants.size()));
        var request = office.request(tenant).of("model-" + random.nextInt(3));
        long input = random.nextLong(5_000);
        long output = 1 + random.nextLong(3_000);
        dev.tollgate.billing.funds.Request.settled(request.hold(input, output),
            request.used(input / 3, input - input / 3, random.nextLong(output + 1)));
      }
      office.at("2027-02-03T00:00:00Z");
      for (YearMonth due : office.closing.due()) {
        office.close(due);
      }
      assertExact(office, tenants, seed);
    }
  }

  private static Office underCommitment() {
    var office = new Office();
    TenantId tenant = office.newTenant();
    office.profile(tenant, TaxRule.standard(1_900));
    office.house.funding.enterprise(tenant,
        new Agreement("USD", ZoneOffset.UTC, 50_000_000, 1_000 * Office.DOLLAR), BEGIN);
    office.at("2026-09-13T00:00:00Z");
    office.use(tenant, 10_000, 0, 5_001);
    office.at("2026-10-02T00:00:00Z");
    office.close(Office.SEPTEMBER);
    office.invoices.finalise(Office.SEPTEMBER, "test");
    return office;
  }

  private static Stream<String> told(Office office, InvoiceId id) {
    Recomputation result = office.invoices.recompute(id);
    assertThat(result.exact()).isEqualTo(result.differences().isEmpty() && result.mismatches().isEmpty());
    return Stream.concat(result.differences().stream().map(each -> each.what().replaceAll(" .*", "")),
        result.mismatches().stream().map(Mismatch::what));
  }

  /** Each change is undone before the next; the database refuses it to whoever leaves its triggers on. */
  @Test
  void whateverIsChangedInAFinalInvoiceIsTold() {
    var changes = new LinkedHashMap<String, List<String>>();
    changes.put("UPDATE billing.invoice_line SET amount_pico = amount_pico + 1 WHERE position = 1",
        List.of("2026-09-01", "exact sum in pico-units", "content as SHA-256"));
    changes.put("UPDATE billing.invoice_line SET quantity = quantity - 1 WHERE kind = 'SHORTFALL'",
        List.of("missing", "content as SHA-256"));
    changes.put("UPDATE billing.invoice_line SET amount = amount + 1 WHERE position = 1",
        List.of("net", "content as SHA-256"));
    changes.put("UPDATE billing.invoice SET exact_pico = exact_pico - 100000000000",
        List.of("exact sum in pico-units", "content as SHA-256"));
    changes.put("UPDATE billing.invoice SET tax = tax + 1, total = total + 1, due = due + 1",
        List.of("tax", "content as SHA-256"));
    changes.put("UPDATE billing.invoice SET due_on = due_on + 1", List.of("content as SHA-256"));
    try (Office office = underCommitment()) {
      var transaction = new TransactionTemplate(new JdbcTransactionManager(office.house.pool));
      InvoiceId id = office.house.jdbc.sql("SELECT id FROM billing.invoice").query(UUID.class).optional()
          .map(InvoiceId::new).orElseThrow();
      changes.forEach((change, told) -> transaction.executeWithoutResult(status -> {
        office.house.jdbc.sql("ALTER TABLE billing.invoice DISABLE TRIGGER ALL").update();
        office.house.jdbc.sql("ALTER TABLE billing.invoice_line DISABLE TRIGGER ALL").update();
        assertThat(office.house.jdbc.sql(change).update()).isEqualTo(1);
        assertThat(told(office, id)).as(change).containsExactlyElementsOf(told);
        status.setRollbackOnly();
      }));
      assertThat(told(office, id)).isEmpty();
      assertThat(office.invoices.recompute(id).compared())
          .containsExactlyInAnyOrder(Compared.values());
    }
  }

  private static List<TenantId> tenants(Office office) {
    var tenants = new ArrayList<TenantId>();
    for (ZoneId zone : ZONES) {
      tenants.add(office.onCredit(1_000, zone));
    }
    TenantId committed = office.newTenant();
    office.house.funding.enterprise(committed,
        new Agreement("USD", ZONES.get(1), 50_000_000, 1_000 * Office.DOLLAR),
        BEGIN);
    office.house.contracts.refresh();
    tenants.add(committed);
    return tenants;
  }

  private static void assertExact(Office office, List<TenantId> tenants, long seed) {
    for (TenantId tenant : tenants) {
      List<Invoice> invoices = office.invoices.of(tenant);
      assertThat(invoices)
          .allSatisfy(invoice -> assertThat(told(office, invoice.id()))
              .as("seed %d, %s", seed, invoice.month()).isEmpty());
      BigInteger billed = invoices.stream().flatMap(invoice -> invoice.lines().stream())
          .filter(line -> line.kind() == LineKind.USAGE).map(Invoice.Line::exactPico)
          .reduce(BigInteger.ZERO, BigInteger::add);
      assertThat(billed).as("seed %d, tenant %s", seed, tenant).isEqualTo(
          office.house.jdbc
              .sql("SELECT COALESCE(sum(amount_pico), 0) FROM billing.usage WHERE tenant_id = :tenant")
              .param("tenant", tenant.value()).query(BigDecimal.class).single().toBigIntegerExact());
    }
    assertThat(office.house.reconciliation.differences()).as("seed %d", seed).isEmpty();
  }
}
