package dev.tollgate.gateway.routing;

import java.util.ArrayDeque;
import java.util.Deque;

/** One tenant's requests that wait for a model, and how far it has got in virtual time. */
final class Line {

  /** Virtual time goes on by so much for each token of a tenant of weight 1. */
  private static final long SCALE = 100;

  final Deque<Waiter> waiters = new ArrayDeque<>();
  long lastFinish;

  /** Takes a request in behind the tenant's others, and not before the time that it is for everybody. */
  void add(Waiter waiter, long virtualTime) {
    waiter.start = Math.max(virtualTime, lastFinish);
    lastFinish = waiter.start
        + Math.max(1, waiter.demand.tokens()) * SCALE / Math.max(1, waiter.demand.standing().weight());
    waiters.addLast(waiter);
  }
}
