package dev.tollgate.billing.funds;

import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Slice;
import java.util.List;

/**
 * What a request holds of its tenant's share.
 *
 * @param input slices for the prompt, in drawing order
 * @param output slices for the answer, in drawing order
 * @param budgets accounts of the budgets that it was admitted under; each holds what the slices take from money
 */
record Claim(List<Slice> input, List<Slice> output, List<Long> budgets) {

  /** What the slices take from money, in pico-units. */
  long money() {
    return Math.addExact(money(input), money(output));
  }

  private static long money(List<Slice> slices) {
    long money = 0;
    for (Slice slice : slices) {
      if (slice.kind() == FundKind.MONEY) {
        money = Math.addExact(money, slice.amount());
      }
    }
    return money;
  }
}
