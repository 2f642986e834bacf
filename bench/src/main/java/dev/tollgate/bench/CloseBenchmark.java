package dev.tollgate.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.billing.BillingProfiles;
import dev.tollgate.billing.BillingProfiles.Issuer;
import dev.tollgate.billing.Closing.Outcome;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Invoices.Filter;
import dev.tollgate.billing.Party;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.commitments.ContractCommitments;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.invoicing.CloseSettings;
import dev.tollgate.billing.invoicing.MonthClose;
import dev.tollgate.billing.invoicing.StoredInvoices;
import dev.tollgate.billing.invoicing.StoredProfiles;
import dev.tollgate.billing.reconciliation.Reconciliation;
import dev.tollgate.billing.statements.PagedLedgerJournal;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Format;
import dev.tollgate.exports.bundle.MonthBundle;
import dev.tollgate.exports.pdf.InvoicePdf;
import dev.tollgate.testing.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.OperatingSystemMXBean;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How long a month takes from closing to drafts and to numbers, with PostgreSQL on the same machine, and how many PDFs a
 * second are written. By hand: {@code java -Xmx512m … CloseBenchmark [tenants] [usage rows] [PDFs] [threads] [formats]},
 * the last being what the archive of the whole month holds, such as {@code PDF,UBL,CSV}.
 */
public final class CloseBenchmark {

  private static final String BY = "benchmark";
  private static final double NANOS = 1e9;
  private static final int WARM_UP = 60;
  private static final int PAGE = 200;
  private static final double CALM_LOAD = 0.7;
  private static final int CALM_TRIES = 300;
  private static final long MEGA = 1 << 20;
  private static final Set<Format> TABLES = Set.of(Format.CSV, Format.JSON, Format.FOCUS);

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

  public static void main(String[] arguments) throws InterruptedException {
    System.setProperty(TestPostgres.FSYNC, "on");
    int tenants = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    long rows = arguments.length > 1 ? Long.parseLong(arguments[1]) : 10_000_000;
    int pdfs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 600;
    int threads = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
    var month = YearMonth.from(Instant.now().atZone(ZoneOffset.UTC));
    try (HikariDataSource pool = TestPostgres.migrated().pool(8)) {
      var benchmark = new CloseBenchmark(pool, month);
      new StoredProfiles(pool).issue(new Issuer(BillingProfiles.MAIN_ISSUER,
          new Party("Tollgate Operating GmbH", "Hauptstrasse 1", "", "10115", "Berlin", "DE", "DE123456789",
              null,
              "billing@tollgate.example", "DE02120300000000202051", null),
          ZoneOffset.UTC, "B-"));
      new ClosingMonth(pool, month, tenants, rows).fill();
      benchmark.run(pdfs, threads, arguments.length > 4 ? formats(arguments[4]) : TABLES);
    }
    System.exit(0);
  }

  private static Set<Format> formats(String names) {
    return Stream.of(names.split(",")).map(Format::valueOf).collect(Collectors.toCollection(TreeSet::new));
  }

  private void run(int pdfs, int threads, Set<Format> formats) throws InterruptedException {
    awaitCalm();
    seconds("close, from the request to the last draft",
        () -> drafted(closing.closeWithoutWaiting(month, BY)));
    seconds("finalise", () -> switch (invoices.finalise(month, BY)) {
      case Invoices.Finalised finalised -> finalised.documents() + " documents";
      case Invoices.Outcome.Refused refused -> throw new IllegalStateException(refused.toString());
    });
    Exports exports = new MonthBundle(invoices, closing, new PagedLedgerJournal(pool),
        InvoicePdf.withLogo(""));
    seconds("export as " + formats, () -> export(exports, formats));
    if (pdfs > 0) {
      write(exports, pdfs, threads);
    }
    recompute();
    seconds("reconcile", () -> new Reconciliation(pool).differences().size() + " differences");
  }

  /** For a while until others, and what the filling left to be written, leave the machine alone. */
  private static void awaitCalm() throws InterruptedException {
    OperatingSystemMXBean machine = ManagementFactory.getOperatingSystemMXBean();
    for (int i = 0; i < CALM_TRIES && machine.getSystemLoadAverage() > CALM_LOAD; i++) {
      TimeUnit.SECONDS.sleep(1);
    }
    System.out.println("load before: " + machine.getSystemLoadAverage());
  }

  private String export(Exports exports, Set<Format> formats) {
    var size = new Counted();
    try {
      return exports.month(month, null, formats, size) + ", " + size.bytes / MEGA + " MB compressed";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String drafted(Outcome outcome) {
    if (outcome instanceof Outcome.Drafted(var progress)) {
      return progress.tenantsDone() + " tenants";
    }
    throw new IllegalStateException("The month was not drafted: " + outcome);
  }

  private static void seconds(String what, Supplier<String> work) {
    List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(each -> each.getType() == MemoryType.HEAP).toList();
    heap.forEach(MemoryPoolMXBean::resetPeakUsage);
    long from = System.nanoTime();
    String result = work.get();
    double seconds = (System.nanoTime() - from) / NANOS;
    System.out.printf("%s: %.1f s, heap at most %d of %d MB: %s%n", what, seconds,
        heap.stream().mapToLong(each -> each.getPeakUsage().getUsed()).sum() / MEGA,
        Runtime.getRuntime().maxMemory() / MEGA, result);
  }

  /** Some invoices against their usage rows, so that what was fast is also right. */
  private void recompute() {
    List<Invoice> some = invoices.list(new Filter(null, month, null, true), PAGE, null);
    long exact = some.stream().filter(each -> invoices.recompute(each.id()).exact()).count();
    System.out.printf("%d of %d invoices are exact by their usage rows%n", exact, some.size());
  }

  private void write(Exports exports, int pdfs, int threads) {
    List<Invoice> some = invoices.list(new Filter(null, month, null, true), PAGE, null);
    write(exports, some, WARM_UP, threads);
    long from = System.nanoTime();
    long processor = processorNanos();
    seconds("PDFs with Factur-X", () -> write(exports, some, pdfs, threads) / pdfs / 1_000 + " KB each");
    System.out.printf("  %d threads, %.1f a second, %.1f ms of processor each%n", threads,
        pdfs * NANOS / (System.nanoTime() - from), (processorNanos() - processor) / 1e6 / pdfs);
  }

  /** That this JVM had; what others take away shows in the time alone. */
  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }

  private static long write(Exports exports, List<Invoice> some, int pdfs, int threads) {
    var next = new AtomicInteger();
    var bytes = new AtomicLong();
    try (var writers = Executors.newFixedThreadPool(threads)) {
      var parts = new ArrayList<Future<?>>();
      for (int i = 0; i < threads; i++) {
        parts.add(writers.submit(() -> {
          for (int pdf = next.getAndIncrement(); pdf < pdfs; pdf = next.getAndIncrement()) {
            bytes.addAndGet(write(exports, some.get(pdf % some.size())));
          }
          return null;
        }));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("A PDF could not be written", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("PDFs were not written to the end", e);
    }
    return bytes.get();
  }

  private static long write(Exports exports, Invoice invoice) throws IOException {
    var file = new ByteArrayOutputStream();
    exports.document(invoice.id(), Format.PDF, file);
    return file.size();
  }

  /** Where an archive goes that nobody keeps. */
  private static final class Counted extends OutputStream {

    private long bytes;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] some, int from, int length) {
      bytes += length;
    }
  }
}
