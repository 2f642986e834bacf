package dev.tollgate.gateway.console.figures;

import dev.tollgate.billing.UsageDays;
import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Total;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.figures.GpuCosts.GpuCost;
import dev.tollgate.tenants.Slice;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What GPUs cost against what was earned with them, in the currency that their cost was said in last. */
@Component
@PagesRole
public class Economics {

  private final UsageOfAll usage;
  private final GpuCosts costs;

  Economics(UsageOfAll usage, GpuCosts costs) {
    this.usage = usage;
    this.costs = costs;
  }

  /**
   * The figures of a span of days.
   *
   * @param cost of all GPUs, in 10⁻¹² of the currency
   * @param permille (revenue − cost) ÷ cost, in thousandths; null where no cost falls in the span
   * @param costPerMillion tokens, in 10⁻¹² of the currency; null where there are none
   */
  public record Figures(Span span, String currency, BigInteger cost, BigInteger revenue, long tokens,
      @Nullable Long permille, @Nullable BigInteger costPerMillion) {}

  /** One model or tenant: what it used, and what it earned against its share of the cost. */
  public record Share(Total total, Margin margin) {}

  /** Empty as long as nobody has said what GPUs cost. */
  public Optional<Figures> of(Span span) {
    return costs.all().stream().findFirst().map(GpuCost::currency).map(currency -> {
      BigInteger cost = costs.between(span.from(), span.until(), currency);
      Sum all = Sum.of(usage.between(span.from(), span.until(), EnumSet.noneOf(By.class)).stream()
          .filter(row -> row.amount().currency().equals(currency)).toList());
      return new Figures(span, currency, cost, all.pico(), all.tokens(), Margin.permille(all.pico(), cost),
          Margin.of("", all, all.tokens(), cost).costPerMillion());
    });
  }

  /** Some models or tenants, which share the cost by their tokens. They bear the names that {@link Total} tells apart. */
  public List<Share> shares(Figures figures, By by, Slice<UsageDays.Order> slice) {
    Span span = figures.span();
    return usage.totals(figures.currency(), span.from(), span.until(), by, slice).stream()
        .map(total -> new Share(total,
            Margin.of(total.id(), Sum.of(total), figures.tokens(), figures.cost())))
        .toList();
  }
}
