package dev.tollgate.billing.funds;

import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.pricing.Slice;
import java.util.List;

/** What came of a need. */
sealed interface Provision {

  /**
   * Funds are held.
   *
   * @param input slices for the prompt, in drawing order
   * @param output slices for the answer, in drawing order
   * @param outputTokens that the output slices cover
   */
  record Cover(List<Slice> input, List<Slice> output, long outputTokens) implements Provision {}

  /** Nothing is held. */
  record Shortage(Refusal reason) implements Provision {}
}
