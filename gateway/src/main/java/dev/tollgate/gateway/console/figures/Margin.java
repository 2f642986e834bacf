package dev.tollgate.gateway.console.figures;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What somebody or something earned against its share of the cost.
 *
 * @param permille (revenue − cost) ÷ cost, in thousandths; null where there is no cost to divide by
 * @param costPerMillion of its tokens, in 10⁻¹² of the currency; null where there are none
 */
public record Margin(String name, long tokens, BigInteger revenue, BigInteger cost, @Nullable Long permille,
    @Nullable BigInteger costPerMillion) {

  private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  /** The share of a cost is that of the tokens. */
  static Margin of(String name, Sum sum, long allTokens, BigInteger allCost) {
    BigInteger cost = allTokens == 0 ? BigInteger.ZERO
        : allCost.multiply(BigInteger.valueOf(sum.tokens())).divide(BigInteger.valueOf(allTokens));
    return new Margin(name, sum.tokens(), sum.pico(), cost, permille(sum.pico(), cost),
        sum.tokens() == 0 ? null : cost.multiply(MILLION).divide(BigInteger.valueOf(sum.tokens())));
  }

  /** The same of somebody who is called otherwise. */
  public Margin named(String other) {
    return new Margin(other, tokens, revenue, cost, permille, costPerMillion);
  }

  static @Nullable Long permille(BigInteger revenue, BigInteger cost) {
    return cost.signum() == 0 ? null
        : revenue.subtract(cost).multiply(THOUSAND).divide(cost).longValueExact();
  }
}
