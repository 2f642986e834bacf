package dev.tollgate.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.routing.RoutingProperties.Alias;
import dev.tollgate.gateway.routing.RoutingProperties.Queue;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AliasesTest {

  private static final TenantId ONE = new TenantId(new UUID(0, 1));
  private static final TenantId OTHER = new TenantId(new UUID(0, 2));

  private final Aliases aliases = new Aliases(new RoutingProperties(List.of(), List.of(), "here", List.of(),
      List.of(new Alias("quick", "small", null), new Alias("quick", "large", ONE.value()),
          new Alias("mine", "large", ONE.value())),
      Map.of(), true, 10, Duration.ZERO, new Queue(1, 1, Duration.ofSeconds(1))));

  @Test
  void aTenantsOwnMeaningGoesBeforeEverybodysAndNobodyElseHasIt() {
    assertThat(aliases.model(ONE, "quick")).isEqualTo("large");
    assertThat(aliases.model(OTHER, "quick")).isEqualTo("small");
    assertThat(aliases.model(ONE, "mine")).isEqualTo("large");
    assertThat(aliases.model(OTHER, "mine")).isEqualTo("mine");
    assertThat(aliases.model(OTHER, "small")).isEqualTo("small");
    assertThat(aliases.of(OTHER).map(Alias::name)).containsExactly("quick");
  }
}
