package dev.tollgate.billing.funds;

import dev.tollgate.billing.Reservations.Refusal;

/** What came of a need. */
sealed interface Provision {

  /**
   * Funds are held.
   *
   * @param outputTokens that the claim covers
   */
  record Cover(Claim claim, long outputTokens) implements Provision {}

  /** Nothing is held. */
  record Shortage(Refusal reason) implements Provision {}
}
