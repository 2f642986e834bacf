package dev.tollgate.exports.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Invoice;
import dev.tollgate.exports.Books;
import java.io.StringWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/** A file of FOCUS as whoever receives it reads it. */
final class FocusFile {

  private FocusFile() {}

  /** What a dataset says of the samples, row by row, by column. */
  static List<Map<String, String>> ofSamples(Function<Writer, Consumer<Invoice>> dataset) {
    var out = new StringWriter();
    Books.ofSamples().forEach(YearMonth.of(2026, 10), null, dataset.apply(out));
    List<List<String>> table = parsed(out.toString());
    var rows = new ArrayList<Map<String, String>>();
    for (List<String> fields : table.subList(1, table.size())) {
      assertThat(fields).hasSameSizeAs(table.getFirst());
      var row = new LinkedHashMap<String, String>();
      for (int i = 0; i < fields.size(); i++) {
        row.put(table.getFirst().get(i), fields.get(i));
      }
      rows.add(row);
    }
    return rows;
  }

  /** By RFC 4180. */
  private static List<List<String>> parsed(String csv) {
    var table = new ArrayList<List<String>>();
    var row = new ArrayList<String>();
    var field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char each = csv.charAt(i);
      if (each == '"') {
        if (quoted && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (!quoted && (each == ',' || each == '\r')) {
        row.add(field.toString());
        field.setLength(0);
      } else if (!quoted && each == '\n') {
        table.add(List.copyOf(row));
        row.clear();
      } else {
        field.append(each);
      }
    }
    return table;
  }

  static String at(Map<String, String> row, String column) {
    return Objects.requireNonNull(row.get(column), column);
  }

  static boolean is(Map<String, String> row, String column, String value) {
    return at(row, column).equals(value);
  }

  static BigDecimal sum(List<Map<String, String>> rows, String column) {
    return rows.stream().map(row -> new BigDecimal(at(row, column))).reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
