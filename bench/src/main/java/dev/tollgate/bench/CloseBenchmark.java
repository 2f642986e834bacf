package dev.tollgate.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.Closing.Outcome;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoices.Filter;
import dev.tollgate.billing.Party;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.commitments.ContractCommitments;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.invoicing.CloseSettings;
import dev.tollgate.billing.invoicing.MonthClose;
import dev.tollgate.billing.invoicing.StoredInvoices;
import dev.tollgate.billing.invoicing.StoredProfiles;
import dev.tollgate.billing.rollups.RollUps;
import dev.tollgate.billing.statements.PagedLedgerJournal;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Format;
import dev.tollgate.exports.bundle.MonthBundle;
import dev.tollgate.exports.pdf.InvoicePdf;
import dev.tollgate.testing.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How long a month takes from closing to drafts and to numbers, with PostgreSQL on the same machine, and how many PDFs a
 * second are written. By hand: {@code java -Xmx512m … CloseBenchmark [tenants] [usage rows] [PDFs]}.
 */
public final class CloseBenchmark {

  private static final String BY = "benchmark";
  private static final double NANOS = 1e9;
  private static final int WARM_UP = 60;
  private static final int PAGE = 200;

  private final HikariDataSource pool;
  private final YearMonth month;
  private final MonthClose closing;
  private final StoredInvoices invoices;

  private CloseBenchmark(HikariDataSource pool, YearMonth month) {
    this.pool = pool;
    this.month = month;
    Clock clock = Clock.fixed(ClosingMonth.start(month.plusMonths(1)).plusSeconds(3_600), ZoneOffset.UTC);
    var contracts = new Contracts(pool);
    var catalogue = new Catalogue(pool);
    catalogue.refresh();
    var commitments = new ContractCommitments(pool, contracts, catalogue);
    closing = new MonthClose(pool, contracts, commitments, CloseSettings.DEFAULT, clock);
    invoices = new StoredInvoices(pool, contracts, commitments, clock);
  }

  public static void main(String[] arguments) throws IOException {
    System.setProperty(TestPostgres.FSYNC, "on");
    int tenants = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    long rows = arguments.length > 1 ? Long.parseLong(arguments[1]) : 10_000_000;
    int pdfs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 600;
    var month = YearMonth.from(Instant.now().atZone(ZoneOffset.UTC));
    try (HikariDataSource pool = TestPostgres.migrated().pool(8)) {
      var benchmark = new CloseBenchmark(pool, month);
      new StoredProfiles(pool).issue(new Issuer(BillingProfiles.MAIN_ISSUER,
          new Party("Tollgate Operating GmbH", "Hauptstrasse 1", "", "10115", "Berlin", "DE", "DE123456789",
              null,
              "billing@tollgate.example", "DE02120300000000202051", null),
          ZoneOffset.UTC, "B-"));
      new ClosingMonth(JdbcClient.create(pool), month, tenants, rows).fill();
      benchmark.run(rows, pdfs);
    }
    System.exit(0);
  }

  private void run(long rows, int pdfs) throws IOException {
    System.out.println("load before: " + ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    double folding = seconds("fold what settlements added into the roll-ups", () -> {
      var rollUps = new RollUps(pool);
      while (rollUps.fold() > 0) {
        Thread.onSpinWait();
      }
      return "";
    });
    System.out.printf("  that is %.1f microseconds a settlement, spread over the month%n",
        folding * 1e6 / rows);
    seconds("close, from the request to the last draft",
        () -> drafted(closing.closeWithoutWaiting(month, BY)));
    seconds("finalise", () -> invoices.finalise(month, BY).documents() + " documents");
    recompute();
    write(pdfs);
    System.out.printf("peak heap: %,d MB%n", ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(each -> each.getType() == MemoryType.HEAP).map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed()).sum() >> 20);
  }

  private static String drafted(Outcome outcome) {
    if (outcome instanceof Outcome.Drafted(var progress)) {
      return progress.tenantsDone() + " tenants";
    }
    throw new IllegalStateException("The month was not drafted: " + outcome);
  }

  private static double seconds(String what, Supplier<String> work) {
    long from = System.nanoTime();
    String result = work.get();
    double seconds = (System.nanoTime() - from) / NANOS;
    System.out.printf("%s: %.1f s %s%n", what, seconds, result);
    return seconds;
  }

  /** Some invoices against their usage rows, so that what was fast is also right. */
  private void recompute() {
    List<Invoice> some = invoices.list(new Filter(null, month, null, true), PAGE, null);
    long exact = some.stream().filter(each -> invoices.recompute(each.id()).exact()).count();
    System.out.printf("%d of %d invoices are exact by their usage rows%n", exact, some.size());
  }

  private void write(int pdfs) throws IOException {
    Exports exports = new MonthBundle(invoices, closing, new PagedLedgerJournal(pool),
        InvoicePdf.withLogo(""));
    List<Invoice> some = invoices.list(new Filter(null, month, null, true), PAGE, null);
    for (int i = 0; i < WARM_UP; i++) {
      write(exports, some.get(i % some.size()));
    }
    long from = System.nanoTime();
    long bytes = 0;
    for (int i = 0; i < pdfs; i++) {
      bytes += write(exports, some.get(i % some.size()));
    }
    double seconds = (System.nanoTime() - from) / NANOS;
    System.out.printf("PDFs with Factur-X, one thread: %.1f a second, %,d KB each%n", pdfs / seconds,
        bytes / pdfs / 1_000);
  }

  private static long write(Exports exports, Invoice invoice) throws IOException {
    var file = new ByteArrayOutputStream();
    exports.document(invoice.id(), Format.PDF, file);
    return file.size();
  }
}
