package dev.tollgate.billing.settlement;

import dev.tollgate.billing.pricing.Line;
import java.util.List;

/** The lines of a bill as JSON text. All that varies are numbers and names of constants, so nothing needs escaping. */
final class LinesJson {

  private LinesJson() {}

  static String of(List<Line> lines) {
    var json = new StringBuilder(2 + lines.size() * 128).append('[');
    for (Line line : lines) {
      if (json.length() > 1) {
        json.append(',');
      }
      json.append("{\"class\":\"").append(line.tokenClass().name()).append("\",\"fund\":\"")
          .append(line.kind().name()).append("\",\"account\":").append(line.account()).append(",\"tokens\":")
          .append(line.tokens()).append(",\"price\":").append(line.priceRow()).append(",\"unit_price\":")
          .append(line.unitPrice()).append(",\"amount\":").append(line.amount()).append('}');
    }
    return json.append(']').toString();
  }
}
