package dev.tollgate.gateway.console.api;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Payments;
import dev.tollgate.billing.reconciliation.ReconciliationRuns;
import dev.tollgate.gateway.console.figures.Business;
import dev.tollgate.gateway.console.figures.Business.InCurrency;
import dev.tollgate.gateway.console.figures.Sum;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.routing.Backend;
import dev.tollgate.gateway.routing.Backends;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;

/** How business goes, against last month, and what waits for somebody. */
@ManagementController
class OverviewController {

  private final Business business;
  private final Closing closing;
  private final Payments payments;
  private final ReconciliationRuns runs;
  private final Backends backends;
  private final Cards cards;
  private final Clock clock;

  OverviewController(Business business, Closing closing, Payments payments, ReconciliationRuns runs,
      Backends backends, Cards cards, Clock clock) {
    this.business = business;
    this.closing = closing;
    this.payments = payments;
    this.runs = runs;
    this.backends = backends;
    this.cards = cards;
    this.clock = clock;
  }

  /** Cached input tokens are not part of the input tokens. */
  record UsageFigures(long requests, long failedRequests, long inputTokens, long cachedInputTokens,
      long outputTokens, Amount revenue) {

    static UsageFigures of(String currency, Sum sum) {
      return new UsageFigures(sum.requests(), sum.failedRequests(), sum.inputTokens(),
          sum.cachedInputTokens(), sum.outputTokens(), Amount.of(currency, sum.pico()));
    }
  }

  record DayFigures(LocalDate day, UsageFigures usage) {}

  /** What waits for somebody; {@code reconciledAt} is null before the first reconciliation. */
  record Waiting(List<YearMonth> monthsToClose, long overdueInvoices, @Nullable Instant reconciledAt,
      int differences, int backends, int backendsUp) {}

  /** What was used in another currency. */
  record CurrencyFigures(UsageFigures month, UsageFigures lastMonth) {

    static CurrencyFigures of(InCurrency used) {
      return new CurrencyFigures(UsageFigures.of(used.currency(), used.month()),
          UsageFigures.of(used.currency(), used.lastMonth()));
    }
  }

  /**
   * {@code lastMonth} are as many days of it as this one has had. {@code marginPermille} is (revenue − cost) ÷ cost in
   * thousandths, null where no cost is known. All of it is in the currency that most was used in, but for {@code others}.
   */
  record OverviewCard(LocalDate today, UsageFigures month, UsageFigures lastMonth, long activeTenants,
      Amount gpuCost, @Nullable Long marginPermille, Waiting waiting, List<DayFigures> days,
      List<CurrencyFigures> others) {

    static OverviewCard of(Business.Figures figures, Waiting waiting) {
      InCurrency main = figures.main();
      String currency = main.currency();
      return new OverviewCard(figures.today(), UsageFigures.of(currency, main.month()),
          UsageFigures.of(currency, main.lastMonth()), figures.activeTenants(),
          Amount.of(currency, figures.gpuCost()), figures.marginPermille(), waiting,
          main.days().stream()
              .map(each -> new DayFigures(each.day(), UsageFigures.of(currency, each.sum()))).toList(),
          figures.others().stream().map(CurrencyFigures::of).toList());
    }
  }

  @GetMapping("/overview")
  ResponseEntity<OverviewCard> read() {
    LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    ReconciliationRuns.Kept run = runs.latest().orElse(null);
    List<Backend> all = backends.all();
    var waiting = new Waiting(closing.due(), payments.countOverdue(today),
        run == null ? null : run.startedAt(), run == null ? 0 : run.differences(), all.size(),
        (int) all.stream().filter(Backend::isUp).count());
    return cards.ok(OverviewCard.of(business.of(today), waiting));
  }
}
