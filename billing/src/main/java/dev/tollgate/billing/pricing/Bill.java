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
}
