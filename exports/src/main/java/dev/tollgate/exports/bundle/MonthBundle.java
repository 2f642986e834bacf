package dev.tollgate.exports.bundle;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.Invoices.Numbered;
import dev.tollgate.billing.LedgerJournal;
import dev.tollgate.exports.Amounts;
import dev.tollgate.exports.Exports;
import dev.tollgate.exports.Format;
import dev.tollgate.exports.Unclosed;
import dev.tollgate.exports.einvoice.FacturX;
import dev.tollgate.exports.einvoice.UblInvoice;
import dev.tollgate.exports.pdf.InvoicePdf;
import dev.tollgate.exports.tables.FocusCostAndUsage;
import dev.tollgate.exports.tables.FocusInvoiceDetail;
import dev.tollgate.exports.tables.InvoiceJson;
import dev.tollgate.exports.tables.JournalCsv;
import dev.tollgate.exports.tables.LinesCsv;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a month's documents once per format and writes them as they come. */
public final class MonthBundle implements Exports {

  private final Invoices invoices;
  private final Closing closing;
  private final LedgerJournal journal;
  private final InvoicePdf pdf;
  private final Numbered numbered;

  public MonthBundle(Invoices invoices, Closing closing, LedgerJournal journal, InvoicePdf pdf) {
    this(invoices, closing, journal, pdf, new Numbered(0, List.of()));
  }

  /** @param numbered which documents go into an archive: the same ones into each of its files, whatever is finalised meanwhile */
  private MonthBundle(Invoices invoices, Closing closing, LedgerJournal journal, InvoicePdf pdf,
      Numbered numbered) {
    this.invoices = invoices;
    this.closing = closing;
    this.journal = journal;
    this.pdf = pdf;
    this.numbered = numbered;
  }

  @Override
  public Outcome month(YearMonth month, @Nullable TenantId tenant, Set<Format> formats, OutputStream archive)
      throws IOException {
    Optional<Outcome.Refused> refusal = refusal(month, tenant, formats);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Numbered now = invoices.numbered(month, tenant);
    long drafts = now.drafts();
    var fixed = new MonthBundle(invoices, closing, journal, pdf, now);
    var bundle = new Archive(archive);
    try {
      formats.stream().sorted().forEach(format -> fixed.write(bundle, format, month, tenant));
      return new Outcome.Written(
          bundle.finish(drafts,
              drafts == 0 ? "" : drafts + " drafts of " + month + " are not in the archive"),
          drafts);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public long drafts(YearMonth month, @Nullable TenantId tenant) {
    return invoices.numbered(month, tenant).drafts();
  }

  private Optional<Outcome.Refused> refusal(YearMonth month, @Nullable TenantId tenant, Set<Format> formats) {
    if (formats.isEmpty()) {
      return Optional
          .of(new Outcome.Refused("No format was chosen", "Choose some of " + EnumSet.allOf(Format.class)));
    }
    if (closing.progress(month).isEmpty()) {
      return Optional.of(Unclosed.refuse(month, closing));
    }
    return isIssued(month, tenant) ? Optional.empty()
        : Optional.of(new Outcome.Refused(
            "No document of " + month + " is finalised" + (tenant == null ? "" : " for this tenant"),
            "Finalise the month's drafts first"));
  }

  private boolean isIssued(YearMonth month, @Nullable TenantId tenant) {
    return invoices.isAnyExported(month, tenant);
  }

  private void issued(YearMonth month, @Nullable TenantId tenant, Consumer<Invoice> each) {
    invoices.forEachExported(numbered, month, tenant, each);
  }

  private void write(Archive archive, Format format, YearMonth month, @Nullable TenantId tenant) {
    switch (format) {
      case PDF ->
        issued(month, tenant,
            invoice -> archive.file("pdf/" + name(invoice) + ".pdf", invoice.month(), pdf(invoice)));
      case UBL -> issued(month, tenant, invoice -> {
        if (FacturX.canSay(invoice)) {
          archive.file("ubl/" + name(invoice) + ".xml", invoice.month(), UblInvoice.of(invoice));
        }
      });
      case CSV -> table(archive, "lines.csv", month, tenant, LinesCsv::new);
      case JSON -> table(archive, "documents.jsonl", month, tenant,
          out -> invoice -> line(out, InvoiceJson.of(invoice)));
      case FOCUS -> {
        table(archive, "focus-cost-and-usage.csv", month, tenant, FocusCostAndUsage::new);
        table(archive, "focus-invoice-detail.csv", month, tenant, FocusInvoiceDetail::new);
      }
      case JOURNAL -> archive.text("journal.csv", month,
          out -> journal.forEach(start(month), start(month.plusMonths(1)), tenant, new JournalCsv(out)));
    }
  }

  private void table(Archive archive, String name, YearMonth month, @Nullable TenantId tenant,
      Function<Writer, Consumer<Invoice>> rows) {
    archive.text(name, month, out -> issued(month, tenant, rows.apply(out)));
  }

  private static void line(Writer out, String json) {
    try {
      out.write(json);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A calendar month in UTC: the ledger is one for all tenants. */
  private static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static String name(Invoice invoice) {
    return Amounts.issue(invoice).number();
  }

  private byte[] pdf(Invoice invoice) {
    byte[] page = pdf.of(invoice);
    return FacturX.canSay(invoice) ? FacturX.embed(invoice, page) : page;
  }

  @Override
  public Outcome document(InvoiceId id, Format format, OutputStream file) throws IOException {
    Optional<Invoice> found = invoices.find(id);
    if (found.isEmpty() || found.get().state() == State.DRAFT) {
      return new Outcome.Refused(found.isEmpty() ? "There is no document " + id : "The document is a draft",
          found.isEmpty() ? "List those of a tenant or of a month" : "Finalise it first");
    }
    Invoice invoice = found.get();
    byte[] bytes = switch (format) {
      case PDF -> pdf(invoice);
      case UBL -> FacturX.canSay(invoice) ? UblInvoice.of(invoice) : null;
      case JSON -> InvoiceJson.of(invoice).getBytes(StandardCharsets.UTF_8);
      case CSV, FOCUS, JOURNAL -> null;
    };
    if (bytes == null) {
      return new Outcome.Refused(
          "A single document of " + invoice.currency() + " is not written as " + format,
          "Export the month, or choose another format");
    }
    file.write(bytes);
    return new Outcome.Written(1, 0);
  }
}
