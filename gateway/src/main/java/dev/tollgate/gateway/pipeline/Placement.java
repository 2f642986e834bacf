package dev.tollgate.gateway.pipeline;

import dev.tollgate.gateway.routing.Backend;
import dev.tollgate.gateway.routing.Backends;
import dev.tollgate.gateway.routing.Route;
import io.grpc.Channel;
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
  private final String model;
  private final Set<Backend> failed = new HashSet<>();
  private Route.Found route;
  private int failures;

  Placement(Backends backends, String model, Route.Found first) {
    this.backends = backends;
    this.model = model;
    this.route = first;
  }

  Channel channel() {
    return route.backend().channel();
  }

  String address() {
    return route.backend().address();
  }

  /** Notes that the backend did not do what it was there for, and leaves it. */
  void fail() {
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

  /**
   * Takes the next backend.
   *
   * @param again whether it may be one that failed this answer before and is well now
   * @return false if there is none at the moment
   */
  boolean moveOn(boolean again) {
    return switch (backends.route(model, again ? Set.of() : failed)) {
      case Route.Found next -> {
        route = next;
        yield true;
      }
      case Route.NoBackend(),Route.UnknownModel() -> false;
    };
  }

  /** Whether another backend than this one would take the answer now. */
  boolean hasAlternative() {
    return backends.isServed(model, route.backend());
  }

  @Override
  public void close() {
    route.lease().close();
  }
}
