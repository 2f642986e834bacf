package dev.tollgate.gateway.routing;

import dev.tollgate.gateway.routing.RoutingProperties.Server;
import dev.tollgate.inference.protocol.Model;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** The backends this instance may send requests to, by the models they serve. Backends come and go while it runs. */
@Component
public final class Backends implements DisposableBean, Backend.Listener, Names.Followers {

  private final RoutingProperties properties;
  private final Guards guards;
  private final RoutingMeters meters;
  private final Chooser chooser;
  private final Map<String, Backend> byAddress = new ConcurrentHashMap<>();
  private final Map<String, Pool> byModel = new ConcurrentHashMap<>();

  Backends(RoutingProperties properties, Guards guards, RoutingMeters meters) {
    this.properties = properties;
    this.guards = guards;
    this.meters = meters;
    this.chooser = new Chooser(properties.region(), properties.affinity());
    properties.all().forEach(this::add);
  }

  /** Begins to follow a backend of which nothing but the address is to be said; one that was retired works on. */
  @Override
  public void add(String address) {
    add(Server.at(address));
  }

  private synchronized void add(Server server) {
    Backend followed = byAddress.computeIfAbsent(server.address(), at -> {
      var backend = new Backend(server, properties.region(), guards.of(at), properties.warmUp(), this);
      meters.follow(backend);
      backend.follow();
      return backend;
    });
    if (followed.isRetired()) {
      followed.retire(false);
      changed(followed);
    }
  }

  /** Gives a backend no more requests, and forgets it once the last of what runs on it has ended. */
  @Override
  public synchronized void retire(String address) {
    Backend backend = byAddress.get(address);
    if (backend != null) {
      backend.retire(true);
      changed(backend);
      removeIfDone(backend);
    }
  }

  private synchronized void removeIfDone(Backend backend) {
    if (backend.isRetired() && backend.running() == 0 && byAddress.get(backend.address()) == backend) {
      remove(backend.address());
    }
  }

  /** Forgets a backend; what runs on it goes on elsewhere. */
  public synchronized void remove(String address) {
    Backend backend = byAddress.remove(address);
    if (backend != null) {
      backend.close();
      changed(backend);
      guards.forget(address);
      meters.forget(backend);
    }
  }

  /** The backend for a request. Where all are busy it waits in the model's queue, as long as its client does. */
  public Route route(Demand demand, BooleanSupplier clientIsGone) throws InterruptedException {
    Pool pool = byModel.get(demand.model());
    return pool == null ? unserved() : pool.route(demand, clientIsGone);
  }

  /** The backend for a request, if there is a place for it now. */
  public Route routeNow(Demand demand) {
    Pool pool = byModel.get(demand.model());
    if (pool == null) {
      return unserved();
    }
    Route.Found found = pool.take(demand);
    return found == null ? new Route.NoBackend() : found;
  }

  private Route unserved() {
    // Before any backend has said what it serves, nobody knows what there is.
    return byModel.isEmpty() ? new Route.NoBackend() : new Route.UnknownModel();
  }

  /** Whether it is known what there is, and the model is not among it. */
  public boolean isUnknown(String model) {
    return !byModel.isEmpty() && !byModel.containsKey(model);
  }

  /** Whether a backend would take the request now. */
  public boolean wouldTake(Demand demand) {
    Pool pool = byModel.get(demand.model());
    return pool != null && pool.wouldTake(demand);
  }

  /** Every model that some backend serves or served, by name. */
  public List<Model> models() {
    return List.copyOf(byAddress.values().stream().flatMap(backend -> backend.models().stream())
        .collect(
            Collectors.toMap(Model::getName, model -> model, (first, second) -> first, LinkedHashMap::new))
        .values());
  }

  /** All of them, well or not, by address. */
  public List<Backend> all() {
    return byAddress.values().stream().sorted(Comparator.comparing(Backend::address)).toList();
  }

  /** Whether at least one backend is well. */
  public boolean anyUp() {
    return byAddress.values().stream().anyMatch(Backend::isUp);
  }

  /** How many backends are well. */
  public int countUp() {
    return (int) byAddress.values().stream().filter(Backend::isUp).count();
  }

  private Pool pool(String model) {
    var pool = new Pool(model, chooser, properties);
    meters.follow(pool);
    return pool;
  }

  /** Waits until at least one backend is well; false if none was within the time. */
  public synchronized boolean awaitUp(long timeoutMillis) throws InterruptedException {
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
    while (!anyUp()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Sorts the backends into pools anew. A pool stays when its last backend has gone: it may come back. */
  @Override
  public synchronized void changed(Backend backend) {
    backend.models().forEach(
        model -> byModel.computeIfAbsent(model.getName(), this::pool));
    byModel.values().forEach(pool -> pool.members(byAddress.values().stream()
        .filter(member -> member.model(pool.model()) != null).toList()));
    notifyAll();
  }

  @Override
  public void freed(Backend backend) {
    if (backend.isRetired()) {
      removeIfDone(backend);
    }
    for (Model model : backend.models()) {
      Pool pool = byModel.get(model.getName());
      if (pool != null) {
        pool.freed();
      }
    }
  }

  @Override
  public void destroy() {
    byAddress.values().forEach(Backend::close);
  }
}
