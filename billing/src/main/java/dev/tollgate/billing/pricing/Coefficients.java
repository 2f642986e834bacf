package dev.tollgate.billing.pricing;

import dev.tollgate.billing.TokenClass;

/**
 * What one token of each class deducts from a prepaid pack, in thousandths of a pack token: its price over the price
 * of a reference token, so that an uncached input token at list deducts one pack token.
 */
public record Coefficients(long input, long cachedInput, long output) {

  private static final long WHOLE = 1_000;
  private static final long BASIS_POINTS = 10_000;

  public Coefficients {
    if (input < 0 || cachedInput < 0 || output < 0) {
      throw new IllegalArgumentException("Coefficients must not be negative");
    }
  }

  /**
   * The coefficients of some prices. What is no whole number of thousandths is rounded up, once and for all requests
   * alike, so that nothing that has a price is free.
   *
   * @param reference pico-units per input token of the list; where that is 0, a token that costs anything deducts one
   * @throws ArithmeticException if a price times 1,000 does not fit in a {@code long}
   */
  public static Coefficients of(long input, long cachedInput, long output, long reference) {
    return new Coefficients(coefficient(input, reference), coefficient(cachedInput, reference),
        coefficient(output, reference));
  }

  private static long coefficient(long price, long reference) {
    if (reference == 0) {
      return price == 0 ? 0 : WHOLE;
    }
    return Math.ceilDiv(Math.multiplyExact(price, WHOLE), reference);
  }

  /** What a prompt token may deduct at most: whether it is cached is known only after it was computed. */
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

  /** These less a discount in basis points, rounded up to thousandths. */
  Coefficients inBand(int basisPoints) {
    return new Coefficients(inBand(input, basisPoints), inBand(cachedInput, basisPoints),
        inBand(output, basisPoints));
  }

  private static long inBand(long coefficient, int basisPoints) {
    return Math.ceilDiv(Math.multiplyExact(coefficient, BASIS_POINTS - basisPoints), BASIS_POINTS);
  }

  /** The larger of two, class by class. */
  public Coefficients dearer(Coefficients other) {
    return new Coefficients(Math.max(input, other.input), Math.max(cachedInput, other.cachedInput),
        Math.max(output, other.output));
  }
}
