package dev.tollgate.billing.funds;

import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.scheduling.Scheduling;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One exchange with the database about a tenant's share; all requests that need it wait for the same one. */
final class Fetch {

  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private volatile boolean asked;

  /**
   * What the database said.
   *
   * @param told whether it was asked for what is needed
   * @param grants by account, of those that it was asked for
   */
  record Answer(boolean told, Map<Long, Grant> grants) {

    /** Nobody asked. */
    static final Answer NONE = new Answer(false, Map.of());

    static Answer of(List<Grant> grants) {
      return new Answer(true, grants.stream().collect(Collectors.toMap(Grant::account, Function.identity())));
    }

    /** Whether nothing more can be had of a fund: a fund that nobody asks for cannot give. */
    boolean isExhausted(FundShare fund) {
      Grant grant = grants.get(fund.account());
      return grant == null || grant.exhausted();
    }

    boolean isExhausted(BudgetShare budget) {
      Grant grant = grants.get(budget.account());
      return grant != null && grant.exhausted();
    }

    /** Whether others have shares of an account and have not answered a recall, 0 being one that is still to be made. */
    boolean isRecallable(AccountShare account, long recall) {
      Grant grant = grants.get(account.account());
      return grant != null && grant.leasedElsewhere() && (recall == 0 || grant.answered() < recall);
    }
  }

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
