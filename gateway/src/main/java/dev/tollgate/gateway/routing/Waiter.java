package dev.tollgate.gateway.routing;

import org.jspecify.annotations.Nullable;

/** A request that waits for a place; the room's lock guards all but the place that it finds. */
final class Waiter {

  final Demand demand;
  final Thread thread;
  final long joinedAt;
  long start;
  volatile Route.@Nullable Found found;

  Waiter(Demand demand, Thread thread, long joinedAt) {
    this.demand = demand;
    this.thread = thread;
    this.joinedAt = joinedAt;
  }
}
