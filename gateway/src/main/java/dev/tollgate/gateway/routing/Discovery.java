package dev.tollgate.gateway.routing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Follows names that stand for several backends, such as a service of containers with replicas: every address that a name
 * has is a backend, and one that it has no more is forgotten. A name that cannot be resolved keeps what it had.
 */
@Component
final class Discovery implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(Discovery.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final RoutingProperties properties;
  private final Backends backends;
  private final Map<String, Set<String>> known = new HashMap<>();
  private final Thread thread = Thread.ofVirtual().name("backend-discovery").unstarted(this::run);

  Discovery(RoutingProperties properties, Backends backends) {
    this.properties = properties;
    this.backends = backends;
    if (!properties.discover().isEmpty()) {
      thread.start();
    }
  }

  private void run() {
    try {
      while (true) {
        properties.discover().forEach(this::look);
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(String name) {
    int colon = name.lastIndexOf(':');
    Set<String> now = new HashSet<>();
    try {
      for (InetAddress address : InetAddress.getAllByName(name.substring(0, colon))) {
        String host = address.getHostAddress();
        now.add((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + name.substring(colon));
      }
    } catch (UnknownHostException e) {
      log.warn("{} has no address at the moment", name);
      return;
    }
    Set<String> before = known.getOrDefault(name, Set.of());
    now.stream().filter(address -> !before.contains(address)).forEach(backends::add);
    before.stream().filter(address -> !now.contains(address)).forEach(backends::remove);
    known.put(name, now);
  }

  @Override
  public void destroy() {
    thread.interrupt();
  }
}
