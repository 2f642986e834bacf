package dev.tollgate.gateway.routing;

import java.net.InetAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Looks up every few seconds which backends stand behind the names that are configured. */
@Component
final class Discovery implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(Discovery.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Names names;
  private final Thread thread = Thread.ofVirtual().name("backend-discovery").unstarted(this::run);

  Discovery(RoutingProperties properties, Backends backends) {
    this.names = new Names(properties.discover(), InetAddress::getAllByName, backends);
    if (!properties.discover().isEmpty()) {
      thread.start();
    }
  }

  private void run() {
    try {
      while (true) {
        look();
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A round that fails must not be the last. */
  private void look() {
    try {
      names.look();
    } catch (RuntimeException e) {
      log.error("The names of backends could not be looked up", e);
    }
  }

  @Override
  public void destroy() {
    thread.interrupt();
  }
}
