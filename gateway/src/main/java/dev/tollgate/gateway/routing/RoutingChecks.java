package dev.tollgate.gateway.routing;

import dev.tollgate.gateway.routing.RoutingProperties.Alias;
import dev.tollgate.gateway.routing.RoutingProperties.Plan;
import dev.tollgate.gateway.routing.RoutingProperties.Queue;
import dev.tollgate.gateway.routing.RoutingProperties.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What cannot be meant in a routing configuration, each said with the property that says it and what may stand there. */
final class RoutingChecks {

  private static final Pattern ADDRESS = Pattern
      .compile("[^\\s:/]+:([1-9]\\d{0,4})|\\[[0-9a-fA-F:]+]:([1-9]\\d{0,4})");
  private static final String PREFIX = "tollgate.backend.";

  private final List<String> wrong = new ArrayList<>();

  private RoutingChecks() {}

  static List<String> wrong(List<String> addresses, List<String> discover, List<Server> servers,
      List<Alias> aliases,
      Map<String, Plan> plans, int reservedPercent, Duration warmUp, Queue queue) {
    var checks = new RoutingChecks();
    checks.servers(addresses, discover, servers);
    checks.aliases(aliases);
    plans.forEach(checks::plan);
    checks.within("reserved-percent", reservedPercent, 0, 90);
    checks.within("queue.size", queue.size(), 0, 100_000);
    checks.within("queue.per-tenant", queue.perTenant(), 0, 100_000);
    checks.duration("queue.longest-wait", queue.longestWait());
    checks.duration("warm-up", warmUp);
    return checks.wrong;
  }

  private void servers(List<String> addresses, List<String> discover, List<Server> servers) {
    Map<String, String> seen = new HashMap<>();
    for (int i = 0; i < addresses.size(); i++) {
      address("addresses[" + i + "]", addresses.get(i), seen);
    }
    for (int i = 0; i < discover.size(); i++) {
      address("discover[" + i + "]", discover.get(i), seen);
    }
    for (int i = 0; i < servers.size(); i++) {
      Server server = servers.get(i);
      address("servers[" + i + "].address", server.address(), seen);
      within("servers[" + i + "].weight", server.weight(), 1, 1000);
      within("servers[" + i + "].places", server.places(), 0, 100_000);
    }
  }

  private void address(String property, String address, Map<String, String> seen) {
    if (!ADDRESS.matcher(address).matches()) {
      say(property, "is '" + address + "', it must be host:port, such as gpu1:9090");
    }
    String first = seen.putIfAbsent(address, property);
    if (first != null) {
      say(property, "is " + address + ", which " + PREFIX + first + " is already");
    }
  }

  private void aliases(List<Alias> aliases) {
    Set<String> seen = new HashSet<>();
    Set<String> names = new HashSet<>();
    aliases.forEach(alias -> names.add(alias.name()));
    for (int i = 0; i < aliases.size(); i++) {
      Alias alias = aliases.get(i);
      String property = "aliases[" + i + "]";
      if (alias.name().isBlank() || alias.model().isBlank()) {
        say(property, "needs a name and a model");
      } else if (names.contains(alias.model())) {
        say(property + ".model",
            "is " + alias.model() + ", which is an alias itself; give the model's own name");
      }
      if (!seen.add(alias.name() + " of " + alias.tenant())) {
        say(property + ".name", "is " + alias.name() + " a second time");
      }
    }
  }

  private void plan(String name, Plan plan) {
    within("plans." + name + ".priority", plan.priority(), -100, 100);
    within("plans." + name + ".weight", plan.weight(), 1, 100);
  }

  private void within(String property, long value, long least, long most) {
    if (value < least || value > most) {
      say(property, "is " + value + ", it must be " + least + " to " + most);
    }
  }

  private void duration(String property, Duration value) {
    if (value.isNegative() || value.compareTo(Duration.ofHours(1)) > 0) {
      say(property, "is " + value + ", it must be 0 to 1 hour");
    }
  }

  private void say(String property, String what) {
    wrong.add(PREFIX + property + " " + what);
  }
}
