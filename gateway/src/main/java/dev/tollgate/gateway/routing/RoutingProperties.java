package dev.tollgate.gateway.routing;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the backends are.
 *
 * @param addresses {@code host:port} of each backend; empty starts the embedded one
 * @param region the region these backends are in, which prices may depend on
 */
@ConfigurationProperties("tollgate.backend")
public record RoutingProperties(@DefaultValue List<String> addresses,
    @DefaultValue("default") String region) {

  public RoutingProperties {
    addresses = List.copyOf(addresses);
  }
}
