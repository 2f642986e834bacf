package dev.tollgate.gateway.console.figures;

import dev.tollgate.billing.UsageDays.By;
import dev.tollgate.billing.UsageDays.Row;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.gateway.console.figures.GpuCosts.GpuCost;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What GPUs cost against what was earned with them, in the currency that their cost was said in last. */
@Component
@PagesRole
public class Economics {

  private static final int MOST_NAMED = 50;

  private final UsageOfAll days;
  private final GpuCosts costs;

  Economics(UsageOfAll days, GpuCosts costs) {
    this.days = days;
    this.costs = costs;
  }

  /**
   * The figures of a span of days. Models and tenants share the cost by their tokens; those that earn most come first, fifty
   * at most.
   *
   * @param cost of all GPUs, in 10⁻¹² of the currency
   * @param permille (revenue − cost) ÷ cost, in thousandths; null where no cost falls in the span
   * @param tenants by their ids
   */
  public record Figures(String currency, BigInteger cost, BigInteger revenue, long tokens,
      @Nullable Long permille, List<Margin> models, List<Margin> tenants) {}

  /** Empty as long as nobody has said what GPUs cost. */
  public Optional<Figures> of(Span span) {
    List<GpuCost> said = costs.all();
    if (said.isEmpty()) {
      return Optional.empty();
    }
    String currency = said.getFirst().currency();
    BigInteger cost = costs.between(span.from(), span.until(), currency);
    List<Row> byModel = rows(span, By.MODEL, currency);
    Sum all = Sum.of(byModel);
    return Optional.of(new Figures(currency, cost, all.pico(), all.tokens(),
        Margin.permille(all.pico(), cost),
        margins(byModel, row -> String.valueOf(row.subject().model()), all.tokens(), cost),
        margins(rows(span, By.TENANT, currency), row -> String.valueOf(row.subject().tenant()), all.tokens(),
            cost)));
  }

  private List<Row> rows(Span span, By by, String currency) {
    return days.between(span.from(), span.until(), EnumSet.of(by)).stream()
        .filter(row -> row.amount().currency().equals(currency)).toList();
  }

  private static List<Margin> margins(List<Row> rows, Function<Row, String> subject, long tokens,
      BigInteger cost) {
    return rows.stream().collect(Collectors.groupingBy(subject)).entrySet().stream()
        .map(group -> Margin.of(group.getKey(), Sum.of(group.getValue()), tokens, cost))
        .sorted(Comparator.comparing(Margin::revenue).reversed().thenComparing(Margin::name))
        .limit(MOST_NAMED).toList();
  }
}
