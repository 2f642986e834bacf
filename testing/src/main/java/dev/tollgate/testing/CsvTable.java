package dev.tollgate.testing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A file of CSV (RFC 4180) as whoever receives it reads it: rows by column. */
public final class CsvTable {

  private CsvTable() {}

  /** The rows behind the first, which names the columns; all are as long as that. */
  public static List<Map<String, String>> rows(String csv) {
    List<List<String>> table = parsed(csv);
    List<String> columns = table.getFirst();
    var rows = new ArrayList<Map<String, String>>();
    for (List<String> fields : table.subList(1, table.size())) {
      if (fields.size() != columns.size()) {
        throw new IllegalArgumentException(
            fields.size() + " fields under " + columns.size() + " columns: " + fields);
      }
      var row = new LinkedHashMap<String, String>();
      for (int i = 0; i < fields.size(); i++) {
        row.put(columns.get(i), fields.get(i));
      }
      rows.add(row);
    }
    return rows;
  }

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

  public static String at(Map<String, String> row, String column) {
    return Objects.requireNonNull(row.get(column), column);
  }

  public static boolean is(Map<String, String> row, String column, String value) {
    return at(row, column).equals(value);
  }

  public static BigDecimal sum(List<Map<String, String>> rows, String column) {
    return rows.stream().map(row -> new BigDecimal(at(row, column))).reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
