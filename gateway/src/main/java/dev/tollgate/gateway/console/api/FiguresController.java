package dev.tollgate.gateway.console.api;

import dev.tollgate.billing.PriceEffects;
import dev.tollgate.billing.PriceEffects.Effect;
import dev.tollgate.billing.Prices;
import dev.tollgate.gateway.console.figures.GpuCosts;
import dev.tollgate.gateway.console.figures.GpuCosts.GpuCost;
import dev.tollgate.gateway.management.ManagementController;
import dev.tollgate.gateway.management.changes.Change;
import dev.tollgate.gateway.management.problems.Rejection;
import dev.tollgate.gateway.management.wire.Amount;
import dev.tollgate.gateway.management.wire.Body;
import dev.tollgate.gateway.management.wire.Cards;
import dev.tollgate.gateway.management.wire.Page;
import dev.tollgate.gateway.management.wire.PageRequest;
import dev.tollgate.gateway.management.wire.RequiresIfMatch;
import dev.tollgate.gateway.management.wire.SortKey;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigInteger;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Figures that people of the operator decide by: what GPUs cost, and what a price would have meant. */
@ManagementController
class FiguresController {

  private static final int MOST_GPUS = 1_000_000;
  private static final int NAMED = 100;

  private final GpuCosts costs;
  private final PriceEffects effects;
  private final Prices prices;
  private final Cards cards;
  private final Clock clock;

  FiguresController(GpuCosts costs, PriceEffects effects, Prices prices, Cards cards, Clock clock) {
    this.costs = costs;
    this.effects = effects;
    this.prices = prices;
    this.cards = cards;
    this.clock = clock;
  }

  record WantedGpuCost(int gpus, Amount perGpuHour) {}

  /** Holds from its day on, until the next one's. Both others are null where nothing was said for the day. */
  record GpuCostCard(LocalDate from, @Nullable Integer gpus, @Nullable Amount perGpuHour) {

    static GpuCostCard of(GpuCost cost) {
      return new GpuCostCard(cost.from(), cost.gpus(),
          Amount.of(cost.currency(), BigInteger.valueOf(cost.picoPerGpuHour())));
    }
  }

  /** Those with the greatest difference come first, a hundred at most; {@code tenants} counts all. */
  record PriceEffectCard(YearMonth month, long tenants, String tokens, Amount present, Amount planned,
      List<TenantEffect> greatest) {

    static PriceEffectCard of(YearMonth month, Effect effect) {
      return new PriceEffectCard(month, effect.tenants(), effect.tokens().toString(),
          Amount.of(effect.currency(), effect.present()), Amount.of(effect.currency(), effect.planned()),
          effect.greatest().stream()
              .map(one -> new TenantEffect(one.tenant().value(), one.tokens().toString(),
                  Amount.of(effect.currency(), one.present()), Amount.of(effect.currency(), one.planned())))
              .toList());
    }
  }

  record TenantEffect(UUID tenant, String tokens, Amount present, Amount planned) {}

  /** The latest first. */
  @GetMapping("/gpu-costs")
  Page<GpuCostCard> list(PageRequest page) {
    return page.latestFirst(costs.all(), GpuCostCard::of, cost -> SortKey.of(cost.from()));
  }

  @GetMapping("/gpu-costs/{day}")
  ResponseEntity<GpuCostCard> read(@PathVariable LocalDate day) {
    return cards.ok(said(day));
  }

  private GpuCostCard said(LocalDate day) {
    return costs.all().stream().filter(cost -> cost.from().equals(day)).findFirst().map(GpuCostCard::of)
        .orElseGet(() -> new GpuCostCard(day, null, null));
  }

  /** What was said for the same day before is replaced. */
  @RequiresIfMatch
  @PutMapping("/gpu-costs/{day}")
  ResponseEntity<GpuCostCard> set(@PathVariable LocalDate day, @Body WantedGpuCost wanted,
      HttpServletRequest request, Change change) {
    GpuCostCard before = said(day);
    cards.requireSeen(request, before);
    if (wanted.gpus() < 1 || wanted.gpus() > MOST_GPUS) {
      throw Rejection.invalid("/gpus", "must be between 1 and " + MOST_GPUS);
    }
    if (wanted.perGpuHour().pico() <= 0) {
      throw Rejection.invalid("/perGpuHour/amount", "must be more than 0");
    }
    if (!prices.currencies().contains(wanted.perGpuHour().currency())) {
      throw Rejection.invalid("/perGpuHour/currency", "must be one that prices are in");
    }
    var cost = new GpuCost(day, wanted.gpus(), wanted.perGpuHour().currency(), wanted.perGpuHour().pico());
    costs.set(cost);
    GpuCostCard after = said(day);
    change.record("gpu-cost.set", day, before.gpus() == null ? null : before, after);
    return cards.ok(after);
  }

  /** Of last month's usage, or of another month's; what was drawn from packs and free tokens does not count. */
  @GetMapping("/prices/{price}/effect")
  ResponseEntity<PriceEffectCard> effect(@PathVariable long price,
      @RequestParam(required = false) @Nullable YearMonth month) {
    YearMonth asked = month == null ? YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC)).minusMonths(1)
        : month;
    return effects.of(price, asked, NAMED).map(effect -> cards.ok(PriceEffectCard.of(asked, effect)))
        .orElseThrow(() -> Rejection.notFound("price " + price));
  }
}
