package dev.tollgate.gateway.routing;

import dev.tollgate.inference.protocol.Model;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The backends that serve, or served, one model, and those who wait for them. */
final class Pool {

  private static final int TRIES = 4;

  private final String model;
  private final Chooser chooser;
  private final int reservedPercent;
  private final WaitingRoom room;
  private volatile List<Backend> members = List.of();

  Pool(String model, Chooser chooser, RoutingProperties properties) {
    this.model = model;
    this.chooser = chooser;
    this.reservedPercent = properties.reservedPercent();
    this.room = new WaitingRoom(properties.queue(), this::take, System::nanoTime);
  }

  String model() {
    return model;
  }

  void members(List<Backend> serving) {
    members = List.copyOf(serving);
    room.dispatch();
  }

  int waiting() {
    return room.waiting();
  }

  private boolean anyUp() {
    for (Backend member : members) {
      if (member.isUp()) {
        return true;
      }
    }
    return false;
  }

  /** A place at once, unless others wait already. */
  Route route(Demand demand, BooleanSupplier clientIsGone) throws InterruptedException {
    if (room.isEmpty()) {
      Route.Found found = take(demand);
      if (found != null) {
        return found;
      }
    }
    return anyUp() ? room.await(demand, clientIsGone) : new Route.NoBackend();
  }

  boolean wouldTake(Demand demand) {
    return chooser.choose(members, demand, reservedPercent, System.nanoTime()) != null;
  }

  /** A place, if there is one now. */
  Route.@Nullable Found take(Demand demand) {
    for (int i = 0; i < TRIES; i++) {
      Backend backend = chooser.choose(members, demand, reservedPercent, System.nanoTime());
      if (backend == null) {
        return null;
      }
      Model served = backend.model(model);
      BackendLease lease = served == null ? null : backend.enter(demand);
      // Somebody else may have taken the last place since.
      if (served != null && lease != null) {
        return new Route.Found(backend, served, lease);
      }
    }
    return null;
  }

  void freed() {
    room.dispatch();
  }
}
