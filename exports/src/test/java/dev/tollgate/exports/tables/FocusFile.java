package dev.tollgate.exports.tables;

import dev.tollgate.billing.Invoice;
import dev.tollgate.exports.Books;
import dev.tollgate.testing.CsvTable;
import java.io.StringWriter;
import java.io.Writer;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** A file of FOCUS as whoever receives it reads it. */
final class FocusFile {

  private FocusFile() {}

  /** What a dataset says of the samples, row by row, by column. */
  static List<Map<String, String>> ofSamples(Function<Writer, Consumer<Invoice>> dataset) {
    var out = new StringWriter();
    Books.ofSamples().forEach(YearMonth.of(2026, 10), null, dataset.apply(out));
    return CsvTable.rows(out.toString());
  }
}
