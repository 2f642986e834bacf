package dev.tollgate.gateway.routing;

import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.gateway.routing.RoutingProperties.Plan;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Who goes first, by the plan of the contract in force; from memory. */
@Component
public final class Standings {

  private final Contracts contracts;
  private final Clock clock;
  private final Map<String, Standing> byPlan;

  Standings(RoutingProperties properties, Contracts contracts, Clock clock) {
    this.contracts = contracts;
    this.clock = clock;
    this.byPlan = properties.plans().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> standing(entry.getValue())));
  }

  private static Standing standing(Plan plan) {
    return new Standing(plan.priority(), plan.weight());
  }

  public Standing of(TenantId tenant) {
    Contract contract = contracts.inForce(tenant, clock.instant());
    return contract == null ? Standing.USUAL : byPlan.getOrDefault(contract.plan(), Standing.USUAL);
  }
}
