package dev.tollgate.exports;

import dev.tollgate.billing.InvoiceId;
import dev.tollgate.tenants.TenantId;
import java.io.IOException;
import java.io.OutputStream;
import java.time.YearMonth;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Documents that are finalised, for people and for programs. */
public interface Exports {

  /**
   * Writes a ZIP archive of a month: documents and tables in the formats asked for, and {@code index.csv} with the size
   * and the SHA-256 of each. Its documents are the invoices that bill the month, and the credit notes and replacements that
   * were issued in it (ADR 0035). Drafts are left out, and the index says how many; what is finalised while the archive is
   * written counts as one of them, so that all its files are of the same documents. Memory stays flat whatever the month's
   * size. Nothing is written if it is refused.
   *
   * @param tenant whose documents are exported, or null for all tenants
   * @throws IOException if the archive cannot be written
   */
  Outcome month(YearMonth month, @Nullable TenantId tenant, Set<Format> formats, OutputStream archive)
      throws IOException;

  /**
   * How many drafts an archive of a month would leave out, counted where they will be exported (ADR 0035).
   *
   * @param tenant whose drafts are counted, or null for all tenants
   */
  long drafts(YearMonth month, @Nullable TenantId tenant);

  /**
   * Writes one document.
   *
   * @param format {@link Format#PDF}, {@link Format#UBL} or {@link Format#JSON}
   * @throws IOException if it cannot be written
   */
  Outcome document(InvoiceId id, Format format, OutputStream file) throws IOException;

  /** What came of an export. */
  sealed interface Outcome {

    /**
     * It is written.
     *
     * @param files in the archive, without its index
     * @param drafts of the month that are not in it
     */
    record Written(long files, long drafts) implements Outcome {}

    /**
     * Nothing was written.
     *
     * @param rule that forbids it, as a sentence
     * @param instead what is possible, as a sentence
     */
    record Refused(String rule, String instead) implements Outcome {}
  }
}
