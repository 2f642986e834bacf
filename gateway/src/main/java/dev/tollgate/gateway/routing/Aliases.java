package dev.tollgate.gateway.routing;

import dev.tollgate.gateway.routing.RoutingProperties.Alias;
import dev.tollgate.tenants.TenantId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What models are also called. A tenant's own name for a model goes before everybody's, and that before a model's own. */
@Component
public final class Aliases {

  private record Called(String name, @Nullable UUID tenant) {}

  private final List<Alias> all;
  private final Map<Called, String> models = new HashMap<>();

  Aliases(RoutingProperties properties) {
    this.all = properties.aliases();
    all.forEach(alias -> models.put(new Called(alias.name(), alias.tenant()), alias.model()));
  }

  /** The model that a tenant means by a name; the name itself if it is no alias. */
  public String model(TenantId tenant, String name) {
    if (models.isEmpty()) {
      return name;
    }
    String own = models.get(new Called(name, tenant.value()));
    return own != null ? own : models.getOrDefault(new Called(name, null), name);
  }

  /** The aliases that a tenant may use. */
  public Stream<Alias> of(TenantId tenant) {
    return all.stream().filter(alias -> alias.tenant() == null || alias.tenant().equals(tenant.value()));
  }
}
