package dev.tollgate.gateway.pipeline;

import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Usage;
import java.util.List;

/** What the end of an answer says: why each choice ended, what was used and what it cost. */
public record Answer(List<Ending> endings, Usage usage, Receipt receipt) {

  public Answer {
    endings = List.copyOf(endings);
  }

  /** Why a choice ended; in order of the choices. */
  public enum Ending {
    /** The model ended its answer or met a stop sequence. */
    STOP,
    /** The caller's own limit or the end of the context. */
    LENGTH,
    /** The funds did not cover another token. */
    FUNDS_EXHAUSTED,
    /** A budget did not cover another token. */
    BUDGET_EXHAUSTED,
    /** This gateway could not vouch for another token: it lost its database for too long, or its leases. */
    FUNDS_UNKNOWN
  }
}
