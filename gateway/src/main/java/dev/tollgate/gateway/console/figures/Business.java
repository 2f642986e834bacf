package dev.tollgate.gateway.console.figures;

import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Row;
import dev.tollgate.gateway.console.PagesRole;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** How business goes: a month so far, against as much of the one before. Money is added up for each currency by itself. */
@Component
@PagesRole
public class Business {

  private static final int DAYS_BACK = 60;
  private static final String USUAL_CURRENCY = "USD";

  private final UsageOfAll days;
  private final GpuCosts costs;

  Business(UsageOfAll days, GpuCosts costs) {
    this.days = days;
    this.costs = costs;
  }

  /**
   * The figures.
   *
   * @param main what was used in the currency that most rows are in
   * @param others what was used in other currencies, by their codes
   * @param activeTenants that have used something this month
   * @param gpuCost of this month so far, in 10⁻¹² of the main currency
   * @param marginPermille (revenue − cost) ÷ cost in the main currency, in thousandths; null where no cost is known
   */
  public record Figures(LocalDate today, InCurrency main, List<InCurrency> others, long activeTenants,
      BigInteger gpuCost, @Nullable Long marginPermille) {

    /** The first of the days that are told one by one. */
    public LocalDate from() {
      return firstDay(today);
    }

    /** The main currency, then the others. */
    public List<InCurrency> all() {
      return Stream.concat(Stream.of(main), others.stream()).toList();
    }
  }

  /**
   * What was used in one currency.
   *
   * @param month from its first day until today
   * @param lastMonth as many days of the month before
   * @param days the last sixty, those without usage left out, the oldest first
   */
  public record InCurrency(String currency, Sum month, Sum lastMonth, List<Day> days) {}

  /** Usage of one day. */
  public record Day(LocalDate day, Sum sum) {}

  /** As of a day (UTC), which counts as far as it has gone. */
  public Figures of(LocalDate today) {
    LocalDate tomorrow = today.plusDays(1);
    LocalDate month = today.withDayOfMonth(1);
    LocalDate last = month.minusMonths(1);
    LocalDate back = firstDay(today);
    Map<String, List<Row>> rows = days
        .between(back.isBefore(last) ? back : last, tomorrow, EnumSet.noneOf(By.class)).stream()
        .collect(Collectors.groupingBy(row -> row.amount().currency(), TreeMap::new, Collectors.toList()));
    String currency = rows.entrySet().stream().max(Comparator.comparingInt(each -> each.getValue().size()))
        .map(Map.Entry::getKey).orElse(USUAL_CURRENCY);
    InCurrency main = figures(currency, rows.getOrDefault(currency, List.of()), today);
    List<InCurrency> others = rows.entrySet().stream().filter(each -> !each.getKey().equals(currency))
        .map(each -> figures(each.getKey(), each.getValue(), today)).toList();
    long active = days.between(month, tomorrow, EnumSet.of(By.TENANT)).stream()
        .map(row -> row.subject().tenant()).distinct().count();
    BigInteger cost = costs.between(month, tomorrow, currency);
    return new Figures(today, main, others, active, cost, Margin.permille(main.month().pico(), cost));
  }

  private static InCurrency figures(String currency, List<Row> rows, LocalDate today) {
    LocalDate month = today.withDayOfMonth(1);
    LocalDate last = month.minusMonths(1);
    LocalDate sameDay = last.plusDays(today.getDayOfMonth());
    return new InCurrency(currency, sum(rows, month, today.plusDays(1)),
        sum(rows, last, sameDay.isAfter(month) ? month : sameDay), perDay(rows, firstDay(today)));
  }

  private static LocalDate firstDay(LocalDate today) {
    return today.minusDays(DAYS_BACK - 1L);
  }

  private static Sum sum(List<Row> rows, LocalDate from, LocalDate until) {
    return Sum
        .of(rows.stream().filter(row -> !row.day().isBefore(from) && row.day().isBefore(until)).toList());
  }

  private static List<Day> perDay(List<Row> rows, LocalDate from) {
    return rows.stream().filter(row -> !row.day().isBefore(from))
        .collect(Collectors.groupingBy(Row::day, TreeMap::new, Collectors.toList())).entrySet().stream()
        .map(day -> new Day(day.getKey(), Sum.of(day.getValue()))).toList();
  }
}
