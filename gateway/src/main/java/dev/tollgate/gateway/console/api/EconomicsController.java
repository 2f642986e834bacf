package dev.tollgate.gateway.console.api;

import dev.tollgate.billing.UsageDays;
import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Subject;
import dev.tollgate.gateway.console.figures.Economics;
import dev.tollgate.gateway.console.figures.Economics.Share;
import dev.tollgate.gateway.console.figures.Margin;
import dev.tollgate.gateway.console.figures.Span;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.tenants.Slice;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What GPUs cost against what was earned with them. */
@ManagementController
class EconomicsController {

  private static final int MOST_NAMED = 50;

  private final Economics economics;
  private final Cards cards;

  EconomicsController(Economics economics, Cards cards) {
    this.economics = economics;
    this.cards = cards;
  }

  /**
   * Of one model or tenant.
   *
   * @param of a model's name, or a tenant's id
   * @param cost its share, by its tokens
   * @param marginPermille (revenue − cost) ÷ cost in thousandths; null where there is no cost
   * @param costPerMillionTokens null where there are none
   */
  record MarginRow(String of, long tokens, Amount revenue, Amount cost, @Nullable Long marginPermille,
      @Nullable Amount costPerMillionTokens) {

    static MarginRow of(String currency, Margin margin) {
      BigInteger perMillion = margin.costPerMillion();
      return new MarginRow(margin.name(), margin.tokens(), Amount.of(currency, margin.revenue()),
          Amount.of(currency, margin.cost()), margin.permille(),
          perMillion == null ? null : Amount.of(currency, perMillion));
    }
  }

  /** Models and tenants are those that earn most, fifty at most. */
  record EconomicsCard(LocalDate from, LocalDate until, long tokens, Amount revenue, Amount cost,
      @Nullable Long marginPermille, List<MarginRow> models, List<MarginRow> tenants) {

    static EconomicsCard of(Economics.Figures figures, List<Share> models, List<Share> tenants) {
      String currency = figures.currency();
      return new EconomicsCard(figures.span().from(), figures.span().until(), figures.tokens(),
          Amount.of(currency, figures.revenue()), Amount.of(currency, figures.cost()), figures.permille(),
          rows(currency, models, subject -> String.valueOf(subject.model())),
          rows(currency, tenants, subject -> String.valueOf(subject.tenant())));
    }

    private static List<MarginRow> rows(String currency, List<Share> shares,
        Function<Subject, String> name) {
      return shares.stream()
          .map(share -> MarginRow.of(currency, share.margin().named(name.apply(share.total().subject()))))
          .toList();
    }
  }

  /** By days (UTC) of arrival: {@code from} is inclusive, {@code until} exclusive. */
  @GetMapping("/economics")
  ResponseEntity<EconomicsCard> read(@RequestParam LocalDate from, @RequestParam LocalDate until) {
    if (!from.isBefore(until) || ChronoUnit.DAYS.between(from, until) > UsageDays.LONGEST) {
      throw Rejection.invalid("from", "must lie before until, at most " + UsageDays.LONGEST + " days");
    }
    return economics.of(new Span(from, until))
        .map(figures -> cards.ok(
            EconomicsCard.of(figures, most(figures, By.MODEL), most(figures, By.TENANT))))
        .orElseThrow(() -> Rejection.conflict("", "must have a cost of GPUs: see gpu-costs"));
  }

  private List<Share> most(Economics.Figures figures, By by) {
    return economics.shares(figures, by, Slice.first(UsageDays.Order.AMOUNT, true, MOST_NAMED));
  }
}
