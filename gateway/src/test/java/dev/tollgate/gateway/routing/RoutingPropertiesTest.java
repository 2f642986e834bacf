package dev.tollgate.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** A routing configuration says what is wrong with it, and where. */
class RoutingPropertiesTest {

  private static RoutingProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("tollgate.backend",
        RoutingProperties.class);
  }

  @Test
  void nothingAtAllIsAConfiguration() {
    RoutingProperties properties = bind(Map.of());
    assertThat(properties.all()).isEmpty();
    assertThat(properties.region()).isEqualTo("default");
    assertThat(properties.queue().size()).isEqualTo(1024);
  }

  @Test
  void backendsAliasesAndPlansAreData() {
    RoutingProperties properties = bind(Map.of("tollgate.backend.addresses", "gpu0:9090",
        "tollgate.backend.servers[0].address", "gpu1:9090", "tollgate.backend.servers[0].region", "eu",
        "tollgate.backend.servers[0].weight", "200", "tollgate.backend.servers[0].dedicated-to[0]",
        "019f0000-0000-7000-8000-000000000000", "tollgate.backend.aliases[0].name", "fast",
        "tollgate.backend.aliases[0].model", "deepseek-v3", "tollgate.backend.plans.enterprise.priority",
        "10"));
    assertThat(properties.all())
        .extracting(RoutingProperties.Server::address, RoutingProperties.Server::weight)
        .containsExactly(tuple("gpu0:9090", 100),
            tuple("gpu1:9090", 200));
    assertThat(properties.servers().getFirst().dedicatedTo()).hasSize(1);
    assertThat(properties.plans().get("enterprise")).isEqualTo(new RoutingProperties.Plan(10, 1));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      tollgate.backend.addresses                 | gpu1             | tollgate.backend.addresses[0] is 'gpu1', it must be host:port
      tollgate.backend.addresses                 | a:1,a:1          | tollgate.backend.addresses[1] is a:1, which tollgate.backend.addresses[0] is already
      tollgate.backend.discover                  | backend          | tollgate.backend.discover[0] is 'backend', it must be host:port
      tollgate.backend.plans.enterprise.weight   | 0                | tollgate.backend.plans.enterprise.weight is 0, it must be 1 to 100
      tollgate.backend.plans.enterprise.priority | 1000             | tollgate.backend.plans.enterprise.priority is 1000, it must be -100 to 100
      tollgate.backend.reserved-percent          | 100              | tollgate.backend.reserved-percent is 100, it must be 0 to 90
      tollgate.backend.queue.size                | -1               | tollgate.backend.queue.size is -1, it must be 0 to 100000
      tollgate.backend.queue.longest-wait        | 2h               | tollgate.backend.queue.longest-wait is PT2H, it must be 0 to 1 hour
      """)
  void whatCannotBeMeantIsRefusedWithItsProperty(String property, String value, String message) {
    assertThatThrownBy(() -> bind(Map.of(property, value))).hasStackTraceContaining(message);
  }

  @Test
  void anAliasOfAnAliasIsRefused() {
    assertThatThrownBy(
        () -> bind(Map.of("tollgate.backend.aliases[0].name", "a", "tollgate.backend.aliases[0].model",
            "b", "tollgate.backend.aliases[1].name", "b", "tollgate.backend.aliases[1].model", "c")))
        .hasStackTraceContaining("tollgate.backend.aliases[0].model is b, which is an alias itself");
  }
}
