package dev.tollgate.billing.pricing;

import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import java.util.ArrayList;
import java.util.List;

/**
 * Prices what a request used, out of what was held for it.
 *
 * <p>Uncached prompt tokens are served first, then cached ones; each takes free tokens before money, since the slices
 * come in drawing order. A token costs the price in force when the request completed, but never more than the price
 * that it was held at: so the bill always fits in the hold, and a price that rises while a request runs cannot make
 * its settlement fail.
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
    Cursor prompt = new Cursor(input);
    draft.draw(TokenClass.INPUT, usage.inputTokens(), prompt);
    draft.draw(TokenClass.INPUT_CACHED, usage.cachedInputTokens(), prompt);
    draft.draw(TokenClass.OUTPUT, usage.outputTokens(), new Cursor(output));
    return draft.bill();
  }

  private static final class Draft {

    private final TokenPrices prices;
    private final List<Line> lines = new ArrayList<>(4);
    private long amountPico;
    private long freeTokens;

    Draft(TokenPrices prices) {
      this.prices = prices;
    }

    void draw(TokenClass tokenClass, long tokens, Cursor slices) {
      long left = tokens;
      while (left > 0) {
        Slice slice = slices.current();
        long taken = slices.take(left);
        left -= taken;
        add(tokenClass, slice, taken);
      }
    }

    private void add(TokenClass tokenClass, Slice slice, long tokens) {
      long unitPrice = Math.min(slice.unitPrice(), slice.kind().unitPrice(prices.of(tokenClass)));
      long amount = Math.multiplyExact(tokens, unitPrice);
      lines.add(
          new Line(tokenClass, slice.account(), slice.kind(), tokens, prices.rowOf(tokenClass), unitPrice,
              amount));
      switch (slice.kind()) {
        case FREE_ALLOWANCE -> freeTokens = Math.addExact(freeTokens, amount);
        case MONEY -> amountPico = Math.addExact(amountPico, amount);
      }
    }

    Bill bill() {
      return new Bill(List.copyOf(lines), amountPico, freeTokens);
    }
  }

  /** Where in a list of slices the next token is taken from. */
  private static final class Cursor {

    private final List<Slice> slices;
    private int index;
    private long takenHere;

    Cursor(List<Slice> slices) {
      this.slices = slices;
    }

    Slice current() {
      while (index < slices.size() && takenHere == slices.get(index).tokens()) {
        index++;
        takenHere = 0;
      }
      if (index == slices.size()) {
        throw new IllegalArgumentException("The usage is more than the hold covers");
      }
      return slices.get(index);
    }

    long take(long atMost) {
      long taken = Math.min(atMost, current().tokens() - takenHere);
      takenHere += taken;
      return taken;
    }
  }
}
