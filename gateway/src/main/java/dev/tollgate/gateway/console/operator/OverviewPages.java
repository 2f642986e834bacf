package dev.tollgate.gateway.console.operator;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Payments;
import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.gateway.console.PageController;
import dev.tollgate.gateway.console.figures.Business;
import dev.tollgate.gateway.console.figures.Business.Day;
import dev.tollgate.gateway.console.figures.Business.InCurrency;
import dev.tollgate.gateway.console.figures.Sum;
import dev.tollgate.gateway.console.layout.Chart;
import dev.tollgate.gateway.console.layout.Formats;
import dev.tollgate.gateway.routing.Backend;
import dev.tollgate.gateway.routing.Backends;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
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

  private final Business business;
  private final Closing closing;
  private final Payments payments;
  private final ReconciliationRuns runs;
  private final Backends backends;
  private final Clock clock;

  OverviewPages(Business business, Closing closing, Payments payments, ReconciliationRuns runs,
      Backends backends, Clock clock) {
    this.business = business;
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
    model.addAttribute("overdue", payments.countOverdue(today));
    runs.latest().ifPresent(run -> model.addAttribute("run", run));
    List<Backend> all = backends.all();
    model.addAttribute("backends", all.size());
    model.addAttribute("backendsUp", all.stream().filter(Backend::isUp).count());
    return "console/overview";
  }

  /** Money of the cards and charts is in the currency that most rows are in; other currencies stand below, each by itself. */
  private void business(LocalDate today, Locale locale, Model model) {
    Business.Figures figures = business.of(today);
    String currency = figures.main().currency();
    model.addAttribute("figures", figures);
    model.addAttribute("currency", currency);
    model.addAttribute("tokens", tokens(figures, InCurrency::month));
    model.addAttribute("tokensLastMonth", tokens(figures, InCurrency::lastMonth));
    var formats = new Formats(locale);
    LocalDate until = today.plusDays(1);
    model.addAttribute("revenueChart",
        Chart.of("revenue", figures.from(), until,
            perDay(figures.main().days(), sum -> new BigDecimal(sum.pico(), PICO_DIGITS)), formats,
            value -> formats.pico(currency, value.movePointRight(PICO_DIGITS).toBigIntegerExact())));
    model.addAttribute("tokensChart",
        Chart.of("tokens", figures.from(), until,
            perDay(figures.all().stream().flatMap(each -> each.days().stream()).toList(),
                sum -> BigDecimal.valueOf(sum.tokens())),
            formats, value -> formats.number(value.longValueExact())));
  }

  /** Tokens are alike in every currency. */
  private static long tokens(Business.Figures figures, Function<InCurrency, Sum> span) {
    return figures.all().stream().mapToLong(each -> span.apply(each).tokens()).reduce(0, Math::addExact);
  }

  private static Map<LocalDate, BigDecimal> perDay(List<Day> days, Function<Sum, BigDecimal> value) {
    return days.stream()
        .collect(Collectors.toMap(Day::day, day -> value.apply(day.sum()), BigDecimal::add));
  }
}
