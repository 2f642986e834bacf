package dev.tollgate.billing.funds;

import dev.tollgate.billing.scheduling.Scheduling;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One exchange with the database about a tenant's share; all requests that need it wait for the same one. */
final class Fetch {

  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private volatile boolean asked;

  /**
   * What the database said.
   *
   * @param exhausted whether nothing is left free in any of the funds
   * @param leasedElsewhere whether other instances have shares of them
   */
  record Answer(boolean exhausted, boolean leasedElsewhere) {}

  /** From now on it is too late for further needs to be part of the question. */
  void markAsked() {
    asked = true;
  }

  boolean isAsked() {
    return asked;
  }

  void complete(Answer what) {
    answer.complete(what);
  }

  void fail(RuntimeException why) {
    answer.completeExceptionally(why);
  }

  /** The answer, or null if it does not come in time or never will. */
  @Nullable
  Answer await(Scheduling scheduling, long nanos) {
    boolean known = scheduling.await(answer, nanos) && !answer.isCompletedExceptionally();
    return known ? answer.join() : null;
  }
}
