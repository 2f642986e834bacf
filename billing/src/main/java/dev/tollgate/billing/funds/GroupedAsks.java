package dev.tollgate.billing.funds;

import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Ask;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.scheduling.Scheduling;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Asks for the shares of many tenants in one statement: what comes while the database answers gathers and goes together,
 * so that a crowd of tenants who all begin at once shares the price of a transaction. Who comes alone is asked for at
 * once.
 */
final class GroupedAsks {

  private static final int EXCHANGES = 2;
  private static final int ACCOUNTS_AT_ONCE = 1_000;

  private final Leases leases;
  private final Scheduling scheduling;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int exchanges;

  GroupedAsks(Leases leases, Scheduling scheduling) {
    this.leases = leases;
    this.scheduling = scheduling;
  }

  private record Waiting(Tenure tenure, List<Ask> asks, CompletableFuture<List<Grant>> answer) {}

  /**
   * Asks and waits for the answer. No account may be asked for again before that is there.
   *
   * @throws RuntimeException whatever {@link Leases#grant} throws, to all whose asks went together
   */
  List<Grant> ask(Tenure tenure, List<Ask> asks) {
    var mine = new Waiting(tenure, asks, new CompletableFuture<>());
    if (joins(mine)) {
      run(take());
      handOver();
    }
    scheduling.await(mine.answer, Long.MAX_VALUE / 4);
    try {
      return mine.answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Returns whether the caller must run the next exchange. */
  private synchronized boolean joins(Waiting mine) {
    waiting.add(mine);
    if (exchanges == EXCHANGES) {
      return false;
    }
    exchanges++;
    return true;
  }

  /** The next of one tenure that go together; none if another exchange has taken them. */
  private synchronized List<Waiting> take() {
    var group = new ArrayList<Waiting>();
    int accounts = 0;
    while (!waiting.isEmpty() && accounts < ACCOUNTS_AT_ONCE
        && (group.isEmpty() || waiting.getFirst().tenure == group.getFirst().tenure)) {
      Waiting next = waiting.removeFirst();
      group.add(next);
      accounts += next.asks.size();
    }
    return group;
  }

  /** Whoever has the own answer does not work on for those who came later. */
  private void handOver() {
    synchronized (this) {
      if (waiting.isEmpty()) {
        exchanges--;
        return;
      }
    }
    scheduling.start(() -> {
      run(take());
      handOver();
    });
  }

  private void run(List<Waiting> group) {
    if (group.isEmpty()) {
      return;
    }
    try {
      List<Ask> asks = group.stream().flatMap(one -> one.asks.stream()).toList();
      Map<Long, Grant> grants = new HashMap<>();
      Tenure tenure = group.getFirst().tenure;
      leases.grant(tenure.epoch(), tenure.nextExchange(), asks)
          .forEach(grant -> grants.put(grant.account(), grant));
      for (Waiting one : group) {
        one.answer.complete(one.asks.stream().map(Ask::account).filter(grants::containsKey).map(grants::get)
            .toList());
      }
    } catch (RuntimeException e) {
      group.forEach(one -> one.answer.completeExceptionally(e));
    }
  }
}
