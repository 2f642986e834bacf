package dev.tollgate.gateway.routing;

import dev.tollgate.inference.protocol.Model;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** The backends this instance may send requests to. Backends come and go while it runs. */
@Component
public final class Backends implements DisposableBean {

  private final Map<String, Backend> byAddress = new ConcurrentHashMap<>();

  Backends(RoutingProperties properties) {
    properties.addresses().forEach(this::add);
  }

  /** Begins to follow a backend; following it already changes nothing. */
  public void add(String address) {
    byAddress.computeIfAbsent(address, at -> new Backend(at, this::changed));
  }

  /** Forgets a backend; what runs on it fails. */
  public void remove(String address) {
    Backend backend = byAddress.remove(address);
    if (backend != null) {
      backend.close();
    }
  }

  /** The backend with the fewest of our answers running, among those that serve the model and are well. */
  public Route route(String model) {
    Optional<Backend> best = byAddress.values().stream()
        .filter(backend -> backend.isUp() && backend.model(model).isPresent())
        .min(Comparator.comparingInt(Backend::running));
    if (best.isPresent()) {
      Backend backend = best.get();
      return new Route.Found(backend, backend.model(model).orElseThrow(), backend.enter());
    }
    boolean undescribed = byAddress.values().stream().allMatch(backend -> backend.models().isEmpty());
    boolean known = byAddress.values().stream().anyMatch(backend -> backend.model(model).isPresent());
    return known || undescribed ? new Route.NoBackend() : new Route.UnknownModel();
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

  private synchronized void changed() {
    notifyAll();
  }

  @Override
  public void destroy() {
    byAddress.values().forEach(Backend::close);
  }
}
