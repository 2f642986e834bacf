package dev.tollgate.billing.pricing;

import dev.tollgate.billing.TokenClass;

/**
 * What one token of each class costs, and which price book rows say so.
 *
 * @param input pico-units per uncached prompt token
 * @param cachedInput pico-units per cached prompt token
 * @param output pico-units per generated token
 * @param coefficients what each deducts from a pack; a contract's discount does not touch them
 */
public record TokenPrices(long input, long cachedInput, long output, long inputRow, long cachedInputRow,
    long outputRow, Coefficients coefficients) {

  private static final long WHOLE = 10_000;

  public TokenPrices {
    if (input < 0 || cachedInput < 0 || output < 0) {
      throw new IllegalArgumentException("Prices must not be negative");
    }
  }

  /** Prices of a model whose own input token is the reference for packs. */
  public TokenPrices(long input, long cachedInput, long output, long inputRow, long cachedInputRow,
      long outputRow) {
    this(input, cachedInput, output, inputRow, cachedInputRow, outputRow,
        Coefficients.of(input, cachedInput, output, input));
  }

  /** What a prompt token may cost at most: whether it is cached is known only after it was computed. */
  public long dearestInput() {
    return Math.max(input, cachedInput);
  }

  public long of(TokenClass tokenClass) {
    return switch (tokenClass) {
      case INPUT -> input;
      case INPUT_CACHED -> cachedInput;
      case OUTPUT -> output;
    };
  }

  /** What a token of a class takes from a fund of a kind. */
  public long of(TokenClass tokenClass, FundKind kind) {
    return kind.unitPrice(of(tokenClass), coefficients.of(tokenClass));
  }

  /** The price book row of a class. */
  public long rowOf(TokenClass tokenClass) {
    return switch (tokenClass) {
      case INPUT -> inputRow;
      case INPUT_CACHED -> cachedInputRow;
      case OUTPUT -> outputRow;
    };
  }

  /** The dearer of two prices, class by class. */
  public TokenPrices dearer(TokenPrices other) {
    return new TokenPrices(Math.max(input, other.input), Math.max(cachedInput, other.cachedInput),
        Math.max(output, other.output), input >= other.input ? inputRow : other.inputRow,
        cachedInput >= other.cachedInput ? cachedInputRow : other.cachedInputRow,
        output >= other.output ? outputRow : other.outputRow, coefficients.dearer(other.coefficients));
  }

  /**
   * These prices less a contract's discount.
   *
   * @param basisPoints 0 to 10,000
   * @throws ArithmeticException if a rate would not be a whole number of pico-units
   */
  public TokenPrices discounted(int basisPoints) {
    if (basisPoints == 0) {
      return this;
    }
    return new TokenPrices(discounted(input, basisPoints), discounted(cachedInput, basisPoints),
        discounted(output, basisPoints), inputRow, cachedInputRow, outputRow, coefficients);
  }

  /**
   * These prices in a time band: packs deduct less there too.
   *
   * @param basisPoints 0 to 10,000
   * @throws ArithmeticException if a rate would not be a whole number of pico-units
   */
  public TokenPrices inBand(int basisPoints) {
    if (basisPoints == 0) {
      return this;
    }
    return new TokenPrices(discounted(input, basisPoints), discounted(cachedInput, basisPoints),
        discounted(output, basisPoints), inputRow, cachedInputRow, outputRow,
        coefficients.inBand(basisPoints));
  }

  private static long discounted(long price, int basisPoints) {
    long scaled = Math.multiplyExact(price, WHOLE - basisPoints);
    if (scaled % WHOLE != 0) {
      throw new ArithmeticException(
          price + " less " + basisPoints + " basis points is not a whole number of pico-units");
    }
    return scaled / WHOLE;
  }
}
