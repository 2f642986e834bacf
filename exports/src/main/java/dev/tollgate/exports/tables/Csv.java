package dev.tollgate.exports.tables;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows by RFC 4180. A text that a spreadsheet would take for a formula is kept from being one. */
final class Csv {

  private static final String FORMULAS = "=+-@\t\r";

  private final Writer out;

  Csv(Writer out, List<String> header) {
    this.out = out;
    row(header.toArray());
  }

  /** Numbers and the like are written as they are; null is an empty field. */
  void row(@Nullable Object... fields) {
    try {
      boolean first = true;
      for (Object field : Arrays.asList(fields)) {
        if (!first) {
          out.write(',');
        }
        first = false;
        out.write(field instanceof String text ? quoted(text) : field == null ? "" : field.toString());
      }
      out.write("\r\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String quoted(String text) {
    String harmless = !text.isEmpty() && FORMULAS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    boolean plain = harmless.chars()
        .noneMatch(each -> each == '"' || each == ',' || each == '\n' || each == '\r');
    return plain ? harmless : '"' + harmless.replace("\"", "\"\"") + '"';
  }
}
