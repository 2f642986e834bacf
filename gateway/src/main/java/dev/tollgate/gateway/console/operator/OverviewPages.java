package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Payments;
import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Row;
import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.figures.GpuCosts;
import dev.tollgate.gateway.console.figures.Margin;
import dev.tollgate.gateway.console.figures.Sum;
import dev.tollgate.gateway.console.figures.UsageOfAll;
import dev.tollgate.gateway.console.layout.Chart;
import dev.tollgate.gateway.console.layout.Formats;
import dev.tollgate.gateway.routing.Backend;
import dev.tollgate.gateway.routing.Backends;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The console's first page: how business goes, against last month, and what waits for somebody. */
@PageController
class OverviewPages {

  private static final int PICO_DIGITS = 12;
  private static final int CHART_DAYS = 60;
  private static final String USUAL_CURRENCY = "USD";

  private final UsageOfAll days;
  private final GpuCosts costs;
  private final Closing closing;
  private final Payments payments;
  private final ReconciliationRuns runs;
  private final Backends backends;
  private final Clock clock;

  OverviewPages(UsageOfAll days, GpuCosts costs, Closing closing, Payments payments, ReconciliationRuns runs,
      Backends backends, Clock clock) {
    this.days = days;
    this.costs = costs;
    this.closing = closing;
    this.payments = payments;
    this.runs = runs;
    this.backends = backends;
    this.clock = clock;
  }

  @GetMapping("/console")
  String overview(Locale locale, Model model) {
    LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    business(today, locale, model);
    model.addAttribute("due", closing.due());
    model.addAttribute("overdue", payments.overdue(today));
    runs.latest().ifPresent(run -> model.addAttribute("run", run));
    List<Backend> all = backends.all();
    model.addAttribute("backends", all.size());
    model.addAttribute("backendsUp", all.stream().filter(Backend::isUp).count());
    return "console/overview";
  }

  /** Revenue in a currency beside the one that most is in. */
  public record Other(String currency, Sum month, Sum lastMonth) {}

  /** Money of the cards and charts is in the currency that most rows are in; other currencies stand below, each by itself. */
  private void business(LocalDate today, Locale locale, Model model) {
    LocalDate month = today.withDayOfMonth(1);
    LocalDate last = month.minusMonths(1);
    LocalDate begin = today.minusDays(CHART_DAYS - 1L).isBefore(last) ? today.minusDays(CHART_DAYS - 1L)
        : last;
    List<Row> all = days.between(begin, today.plusDays(1), EnumSet.noneOf(By.class));
    String currency = all.stream()
        .collect(Collectors.groupingBy(row -> row.amount().currency(), Collectors.counting()))
        .entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(USUAL_CURRENCY);
    List<Row> rows = all.stream().filter(row -> row.amount().currency().equals(currency)).toList();
    Sum present = sum(rows, month, today.plusDays(1));
    // As much of last month as there was of this one.
    LocalDate comparable = last.plusDays(today.getDayOfMonth()).isAfter(month) ? month
        : last.plusDays(today.getDayOfMonth());
    model.addAttribute("currency", currency);
    model.addAttribute("month", present);
    model.addAttribute("lastMonth", sum(rows, last, comparable));
    model.addAttribute("allTokens", sum(all, month, today.plusDays(1)).tokens());
    model.addAttribute("allTokensLastMonth", sum(all, last, comparable).tokens());
    model.addAttribute("others", all.stream().map(row -> row.amount().currency()).distinct().sorted()
        .filter(each -> !each.equals(currency)).map(each -> {
          List<Row> own = all.stream().filter(row -> row.amount().currency().equals(each)).toList();
          return new Other(each, sum(own, month, today.plusDays(1)), sum(own, last, comparable));
        }).toList());
    model.addAttribute("active", days.between(month, today.plusDays(1), EnumSet.of(By.TENANT)).stream()
        .map(row -> row.subject().tenant()).distinct().count());
    model.addAttribute("margin",
        Margin.permille(present.pico(), costs.between(month, today.plusDays(1), currency)));
    var formats = new Formats(locale);
    LocalDate from = today.minusDays(CHART_DAYS - 1L);
    model.addAttribute("revenueChart", Chart.of("revenue", from, today.plusDays(1),
        perDay(rows, sum -> new BigDecimal(sum.pico(), PICO_DIGITS)), formats,
        value -> formats.pico(currency, value.movePointRight(PICO_DIGITS).toBigIntegerExact())));
    model.addAttribute("tokensChart", Chart.of("tokens", from, today.plusDays(1),
        perDay(all, sum -> BigDecimal.valueOf(sum.tokens())), formats,
        value -> formats.number(value.longValueExact())));
  }

  private static Sum sum(List<Row> rows, LocalDate from, LocalDate until) {
    return Sum
        .of(rows.stream().filter(row -> !row.day().isBefore(from) && row.day().isBefore(until)).toList());
  }

  private static Map<LocalDate, BigDecimal> perDay(List<Row> rows, Function<Sum, BigDecimal> value) {
    return rows.stream().collect(Collectors.groupingBy(Row::day,
        Collectors.collectingAndThen(Collectors.toList(), each -> value.apply(Sum.of(each)))));
  }
}
