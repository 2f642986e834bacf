package dev.tollgate.billing.pricing;

import java.util.List;

/**
 * What a request costs and which funds pay for it.
 *
 * @param amountPico the sum of the lines that draw money
 * @param freeTokens the sum of the lines that draw a free allowance
 * @param packMillitokens the sum of the lines that draw packs, in thousandths of a pack token
 */
public record Bill(List<Line> lines, long amountPico, long freeTokens, long packMillitokens) {

  /** The bill of a request that is not charged. */
  public static final Bill NOTHING = new Bill(List.of(), 0, 0, 0);

  /**
   * The bill of these lines.
   *
   * @throws ArithmeticException if a sum does not fit in a {@code long}
   */
  public static Bill of(List<Line> lines) {
    long amountPico = 0;
    long freeTokens = 0;
    long packMillitokens = 0;
    for (Line line : lines) {
      switch (line.kind()) {
        case FREE_ALLOWANCE -> freeTokens = Math.addExact(freeTokens, line.amount());
        case PACK -> packMillitokens = Math.addExact(packMillitokens, line.amount());
        case MONEY -> amountPico = Math.addExact(amountPico, line.amount());
      }
    }
    return new Bill(List.copyOf(lines), amountPico, freeTokens, packMillitokens);
  }
}
