package dev.tollgate.gateway.console.layout;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A value per day, as a drawing and as a table.
 *
 * @param code its caption is the message {@code chart.CODE}
 * @param summary what it says, for who does not see it
 * @param days JSON: seconds since 1970
 * @param values JSON: numbers, exact enough to draw
 * @param labels JSON: what is told of each day
 */
public record Chart(String code, String summary, String days, String values, String labels, List<Row> rows) {

  /** A day in words. */
  public record Row(String day, String value) {}

  /** Every day of a span, also those without a value. */
  public static Chart of(String code, LocalDate from, LocalDate until, Map<LocalDate, BigDecimal> values,
      Formats formats, Function<BigDecimal, String> written) {
    var rows = new ArrayList<Row>();
    var days = new ArrayList<String>();
    var numbers = new ArrayList<String>();
    for (LocalDate day = from; day.isBefore(until); day = day.plusDays(1)) {
      BigDecimal value = values.getOrDefault(day, BigDecimal.ZERO);
      rows.add(new Row(formats.day(day), written.apply(value)));
      days.add(Long.toString(day.atStartOfDay(ZoneOffset.UTC).toEpochSecond()));
      numbers.add(value.toPlainString());
    }
    String labels = rows.stream().map(row -> '"' + (row.day() + ": " + row.value()).replace("\"", "") + '"')
        .collect(Collectors.joining(",", "[", "]"));
    String summary = rows.isEmpty() ? "" : rows.getFirst().day() + " – " + rows.getLast().day();
    return new Chart(code, summary, "[" + String.join(",", days) + "]", "[" + String.join(",", numbers) + "]",
        labels, List.copyOf(rows));
  }
}
