package dev.tollgate.gateway.pipeline;

import dev.tollgate.gateway.routing.Aliases;
import dev.tollgate.gateway.routing.Backends;
import dev.tollgate.gateway.routing.Demand;
import dev.tollgate.gateway.routing.Route;
import dev.tollgate.gateway.routing.RoutingMeters;
import dev.tollgate.gateway.routing.Standings;
import org.springframework.stereotype.Component;

/** Where requests are placed: under which model, with whose precedence, on which backend. */
@Component
final class Placements {

  private final Backends backends;
  private final Aliases aliases;
  private final Standings standings;
  private final RoutingMeters meters;

  Placements(Backends backends, Aliases aliases, Standings standings, RoutingMeters meters) {
    this.backends = backends;
    this.aliases = aliases;
    this.standings = standings;
    this.meters = meters;
  }

  /**
   * The request under the model's own name.
   *
   * @throws RefusedException if no backend was ever heard to serve it
   */
  GenerationRequest named(Arrival arrival, GenerationRequest request) {
    String model = aliases.model(arrival.caller().tenant(), request.model());
    if (backends.isUnknown(model)) {
      throw new RefusedException(new Refusal.UnknownModel(request.model()));
    }
    return model.equals(request.model()) ? request : request.of(model);
  }

  Demand demand(Arrival arrival, GenerationRequest request) {
    var tenant = arrival.caller().tenant();
    return Demand.of(request.model(), tenant, standings.of(tenant), request.prompts(), request.choices(),
        request.maxOutputTokens());
  }

  /** Finds a backend, if need be after a wait as long as the client's. */
  Route route(Arrival arrival, Demand demand) throws InterruptedException {
    return backends.route(demand, arrival.client()::isGone);
  }

  Placement on(Route.Found route, Demand demand) {
    return new Placement(backends, meters, demand, route);
  }
}
