package dev.tollgate.gateway.console.figures;

import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Row;
import dev.tollgate.gateway.console.PagesRole;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** How business goes: a month so far, against as much of the one before, in the currency that most rows are in. */
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
   * @param month from its first day until today
   * @param lastMonth as many days of the month before
   * @param activeTenants that have used something this month
   * @param gpuCost of this month so far, in 10⁻¹² of the currency
   * @param marginPermille (revenue − cost) ÷ cost, in thousandths; null where no cost is known
   * @param days the last sixty, those without usage left out, the oldest first
   */
  public record Figures(LocalDate today, String currency, Sum month, Sum lastMonth, long activeTenants,
      BigInteger gpuCost, @Nullable Long marginPermille, List<Day> days) {}

  /** Usage of one day. */
  public record Day(LocalDate day, Sum sum) {}

  /** As of a day (UTC), which counts as far as it has gone. */
  public Figures of(LocalDate today) {
    LocalDate tomorrow = today.plusDays(1);
    LocalDate month = today.withDayOfMonth(1);
    LocalDate last = month.minusMonths(1);
    LocalDate back = today.minusDays(DAYS_BACK - 1L);
    List<Row> all = days.between(back.isBefore(last) ? back : last, tomorrow, EnumSet.noneOf(By.class));
    String currency = mostIn(all);
    List<Row> rows = all.stream().filter(row -> row.amount().currency().equals(currency)).toList();
    Sum present = sum(rows, month, tomorrow);
    LocalDate comparable = last.plusDays(today.getDayOfMonth()).isAfter(month) ? month
        : last.plusDays(today.getDayOfMonth());
    long active = days.between(month, tomorrow, EnumSet.of(By.TENANT)).stream()
        .map(row -> row.subject().tenant()).distinct().count();
    BigInteger cost = costs.between(month, tomorrow, currency);
    return new Figures(today, currency, present, sum(rows, last, comparable), active, cost,
        Margin.permille(present.pico(), cost), perDay(rows, back));
  }

  private static String mostIn(List<Row> rows) {
    return rows.stream().collect(Collectors.groupingBy(row -> row.amount().currency(), Collectors.counting()))
        .entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(USUAL_CURRENCY);
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
