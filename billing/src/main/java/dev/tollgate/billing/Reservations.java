package dev.tollgate.billing;

import java.time.Instant;

/**
 * Funds for running requests: hold before generating, extend while the answer grows, settle or release once at the end.
 * Holds are taken from the share of the tenant's funds that this instance has leased, in memory; only when the share
 * does not suffice is the database asked, for at most 250 ms (money rule 3).
 */
public interface Reservations {

  /**
   * Takes funds for the input as counted and a first window of output, at the dearest price that can apply before the
   * request's deadline. A window that the funds cover only in part is granted in part, but never less than one token.
   */
  Admission hold(HoldRequest request);

  /** What a request needs to be let in. */
  record HoldRequest(RequestId id, Payer payer, String model, String region, long inputTokens,
      long outputTokens,
      Instant arrivedAt, Instant deadline) {

    public HoldRequest {
      if (inputTokens < 0 || outputTokens < 1) {
        throw new IllegalArgumentException("A hold needs its input and at least one output token");
      }
    }
  }

  /** Whether a request may run. */
  sealed interface Admission {

    record Held(Hold hold) implements Admission {}

    record Refused(Refusal reason) implements Admission {}
  }

  /** Why a request may not run; each has its own answer to the caller. */
  enum Refusal {
    /** The funds do not cover the input and one output token (402). */
    INSUFFICIENT_BALANCE,
    /** A budget of the key, the project or the tenant is used up (402). */
    BUDGET_EXCEEDED,
    /** The tenant has no contract in force (403). */
    NO_CONTRACT,
    /** The tenant's price book has no price for this model (404). */
    NO_PRICE,
    /** This instance cannot vouch for funds: it lost its database or its lease (503). */
    UNAVAILABLE
  }
}
