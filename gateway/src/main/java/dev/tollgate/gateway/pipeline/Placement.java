package dev.tollgate.gateway.pipeline;

import dev.tollgate.gateway.routing.Backend;
import dev.tollgate.gateway.routing.Backends;
import dev.tollgate.gateway.routing.Demand;
import dev.tollgate.gateway.routing.Route;
import dev.tollgate.gateway.routing.RoutingMeters;
import io.grpc.Channel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** The backend that an answer runs on, and the next one where that fails it. */
final class Placement implements AutoCloseable {

  /**
   * An answer that so many backends have failed is not tried on another: if it is the answer that kills them, it
   * shall not get to all.
   */
  private static final int MOST_FAILURES = 3;

  private final Backends backends;
  private final RoutingMeters meters;
  private final Demand demand;
  private final Set<Backend> failed = new HashSet<>();
  private Route.Found route;
  private int failures;

  Placement(Backends backends, RoutingMeters meters, Demand demand, Route.Found first) {
    this.backends = backends;
    this.meters = meters;
    this.demand = demand;
    this.route = first;
  }

  Channel channel() {
    return route.backend().channel();
  }

  String address() {
    return route.backend().address();
  }

  /** Tokens of prompt and answer together that the model holds. */
  long contextLength() {
    return route.model().getContextLength();
  }

  /** What the backend goes by where it cannot start everything at once. */
  int priority() {
    return demand.standing().priority();
  }

  void promptDone() {
    route.lease().promptDone();
  }

  /** Notes that the backend did not do what it was there for, and leaves it. */
  void fail() {
    route.lease().fail();
    leave();
  }

  /** Leaves a backend that has too much to do, which says nothing against it. */
  void leave() {
    failures++;
    failed.add(route.backend());
    route.lease().close();
  }

  /** Whether a backend has failed this answer already. */
  boolean hasMovedOn() {
    return failures > 0;
  }

  /** Whether the answer may be tried once more. */
  boolean mayGoOn() {
    return failures < MOST_FAILURES;
  }

  /** Whether the answer may be tried once more if it leaves this backend. */
  boolean mayBeLeft() {
    return failures + 1 < MOST_FAILURES;
  }

  /**
   * Takes the next backend: one that has not failed this answer, if there is any.
   *
   * @param again whether it may also be one that failed this answer before and is well now
   * @return false if there is none at the moment
   */
  boolean moveOn(boolean again) {
    return movesTo(demand.after(failed)) || (again && movesTo(demand.after(Set.of())));
  }

  private boolean movesTo(Demand next) {
    if (backends.routeNow(next) instanceof Route.Found found) {
      route = found;
      return true;
    }
    return false;
  }

  /** Whether another backend than this one would take the answer now. */
  boolean hasAlternative() {
    return backends.wouldTake(demand.after(Set.of(route.backend())));
  }

  /** Whether a backend would take the answer now that has not been asked for it. */
  boolean hasUntried() {
    Set<Backend> asked = new HashSet<>(failed);
    asked.add(route.backend());
    return backends.wouldTake(demand.after(asked));
  }

  /** Notes that the answer goes on after it has stood still. */
  void resumedAfter(Duration stoodStill) {
    meters.resumed(stoodStill);
  }

  @Override
  public void close() {
    route.lease().close();
  }
}
