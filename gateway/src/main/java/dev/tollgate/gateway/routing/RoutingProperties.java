package dev.tollgate.gateway.routing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which backends there are, what models are also called, and who goes first. Checked as a whole when it is read: the
 * gateway does not start with one that cannot be meant, and says which property to mend.
 *
 * @param addresses {@code host:port} of backends of which nothing else is to be said; none of these and none of
 *     the other kinds start the embedded one
 * @param discover {@code name:port} of backends that come and go: every address behind the name is one
 * @param region the region of this gateway, which prices may depend on; its own backends are asked first
 * @param servers backends of which more is to be said
 * @param aliases further names of models
 * @param plans who goes first, by the plan of a tenant's contract; other plans have priority 0 and weight 1
 * @param affinity whether requests that begin alike are sent to the same backend, whose cache has that beginning
 * @param reservedPercent of each backend's places that only plans of a priority above 0 may take
 * @param warmUp the time in which a backend that comes back gets its full share of requests
 * @param queue who waits where all backends of a model are busy
 */
@ConfigurationProperties("tollgate.backend")
public record RoutingProperties(@DefaultValue List<String> addresses, @DefaultValue List<String> discover,
    @DefaultValue("default") String region, @DefaultValue List<Server> servers,
    @DefaultValue List<Alias> aliases, @DefaultValue Map<String, Plan> plans,
    @DefaultValue("true") boolean affinity, @DefaultValue("10") int reservedPercent,
    @DefaultValue("30s") Duration warmUp, @DefaultValue Queue queue) {

  public RoutingProperties {
    addresses = List.copyOf(addresses);
    discover = List.copyOf(discover);
    servers = List.copyOf(servers);
    aliases = List.copyOf(aliases);
    plans = Map.copyOf(plans);
    List<String> wrong = RoutingChecks.wrong(addresses, discover, servers, aliases, plans, reservedPercent,
        warmUp, queue);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException("The routing cannot be as configured: " + String.join("; ", wrong));
    }
  }

  /**
   * A backend.
   *
   * @param address {@code host:port}
   * @param region where it is; empty for the gateway's own
   * @param weight its share of the work beside the others', 1 to 1000
   * @param places answers that it may have at once from this gateway; 0 leaves that to the slots it tells of
   * @param dedicatedTo tenants whose own it is; none for everybody's
   */
  public record Server(String address, @DefaultValue("") String region, @DefaultValue("100") int weight,
      @DefaultValue("0") int places, @DefaultValue List<UUID> dedicatedTo) {

    public Server {
      dedicatedTo = List.copyOf(dedicatedTo);
    }

    static Server at(String address) {
      return new Server(address, "", 100, 0, List.of());
    }
  }

  /**
   * Another name of a model.
   *
   * @param tenant the only one who may call it so, and whose meaning goes before everybody's; null for everybody
   */
  public record Alias(String name, String model, @Nullable UUID tenant) {}

  /**
   * What a plan gives those who wait.
   *
   * @param priority higher goes first, -100 to 100
   * @param weight its share among those of the same priority, 1 to 100
   */
  public record Plan(@DefaultValue("0") int priority, @DefaultValue("1") int weight) {}

  /**
   * Who waits for a model of which every backend is busy.
   *
   * @param size requests that may wait for one model
   * @param perTenant how many of them may be of one tenant
   * @param longestWait after which a request is refused; at once, where it is plain that it would come to that
   */
  public record Queue(@DefaultValue("1024") int size, @DefaultValue("256") int perTenant,
      @DefaultValue("10s") Duration longestWait) {}

  /** All backends, whichever way they are configured. */
  List<Server> all() {
    return Stream.concat(addresses.stream().map(Server::at), servers.stream()).toList();
  }
}
