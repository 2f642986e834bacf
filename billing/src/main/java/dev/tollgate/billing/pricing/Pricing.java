package dev.tollgate.billing.pricing;

import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import java.util.ArrayList;
import java.util.List;

/**
 * Prices what a request used, out of what was held for it.
 *
 * <p>Uncached prompt tokens are served first, then cached ones; each takes free tokens before packs before money, since
 * the slices come in drawing order. A token costs the price in force when the request completed, but never more than
 * the price of the slice that serves it: so the bill always fits in the hold, and a price that rises while a request
 * runs cannot make its settlement fail. A line names the price book row that decided.
 *
 * <p>What cheap tokens leave of a pack's slice serves further tokens before money does: held was the dearest price, and
 * a cached token deducts a tenth of it. Since no token takes more than its slice allowed for it, each slice serves at
 * least as many tokens as it was held for, whatever their classes.
 */
public final class Pricing {

  private Pricing() {}

  /**
   * Draws usage from slices.
   *
   * @param input what covers the prompt, in drawing order
   * @param output what covers the answer, in drawing order
   * @throws IllegalArgumentException if the slices do not cover the usage
   * @throws ArithmeticException if an amount does not fit in a {@code long}
   */
  public static Bill bill(Usage usage, TokenPrices prices, List<Slice> input, List<Slice> output) {
    var draft = new Draft(prices);
    var prompt = new Remainders(input);
    draft.draw(TokenClass.INPUT, usage.inputTokens(), prompt);
    draft.draw(TokenClass.INPUT_CACHED, usage.cachedInputTokens(), prompt);
    draft.draw(TokenClass.OUTPUT, usage.outputTokens(), new Remainders(output));
    return draft.bill();
  }

  private static final class Draft {

    private final TokenPrices prices;
    private final List<Line> lines = new ArrayList<>(4);

    Draft(TokenPrices prices) {
      this.prices = prices;
    }

    void draw(TokenClass tokenClass, long tokens, Remainders slices) {
      long left = tokens;
      for (int i = 0; i < slices.size() && left > 0; i++) {
        Slice slice = slices.slice(i);
        long current = prices.of(tokenClass, slice.kind());
        boolean heldCheaper = slice.unitPrice() < current;
        long unitPrice = heldCheaper ? slice.unitPrice() : current;
        long taken = slices.take(i, left, unitPrice);
        if (taken > 0) {
          left -= taken;
          long priceRow = (heldCheaper ? slice.heldAt() : prices).rowOf(tokenClass);
          lines.add(new Line(tokenClass, slice.account(), slice.kind(), taken, priceRow, unitPrice,
              Math.multiplyExact(taken, unitPrice)));
        }
      }
      if (left > 0) {
        throw new IllegalArgumentException("The usage is more than the hold covers");
      }
    }

    Bill bill() {
      return Bill.of(lines);
    }
  }

  /** What is left of each slice. */
  private static final class Remainders {

    private final List<Slice> slices;
    private final long[] tokens;
    private final long[] amounts;

    Remainders(List<Slice> slices) {
      this.slices = slices;
      this.tokens = new long[slices.size()];
      this.amounts = new long[slices.size()];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = slices.get(i).tokens();
        amounts[i] = slices.get(i).amount();
      }
    }

    int size() {
      return tokens.length;
    }

    Slice slice(int index) {
      return slices.get(index);
    }

    long take(int index, long atMost, long unitPrice) {
      long served = slices.get(index).kind() == FundKind.PACK
          ? unitPrice == 0 ? atMost : amounts[index] / unitPrice
          : tokens[index];
      long taken = Math.min(atMost, served);
      tokens[index] -= taken;
      amounts[index] -= taken * unitPrice;
      return taken;
    }
  }
}
