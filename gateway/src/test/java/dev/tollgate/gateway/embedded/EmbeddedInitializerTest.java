package dev.tollgate.gateway.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.support.GenericApplicationContext;

class EmbeddedInitializerTest {

  @TempDir
  private Path temporary;

  @Test
  void startsNothingWhereTheDatabaseAndTheBackendsAreGiven() {
    assertThat(beansWith("spring.datasource.url=jdbc:postgresql://db/tollgate",
        "tollgate.backend.addresses=gpu-1:9000")).isEmpty();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void startsNothingWhereItIsSwitchedOff() {
    assertThat(beansWith("tollgate.embedded.enabled=false")).isEmpty();
  }

  @Test
  void embedsNoBackendWhereNoneIsBuilt() {
    assertThat(beansWith("spring.datasource.url=jdbc:postgresql://db/tollgate",
        "tollgate.embedded.backend-dist=" + temporary.resolve("missing"))).containsExactly("dataFolder");
  }

  @Test
  void bringsADatabaseAPepperAndADemoTenantWhereOnlyBackendsAreGiven() {
    try (var context = initialized("tollgate.backend.addresses[0]=gpu-1:9000")) {
      assertThat(context.getBeanDefinitionNames())
          .containsExactly("dataFolder", "embeddedPostgres", "demoTenant", "operatorAccess", "demoFunding",
              "welcome");
      assertThat(context.getEnvironment().getProperty("tollgate.tenants.key-pepper")).hasSize(44);
      ((EmbeddedPostgres) context.getBeanFactory().getBean("embeddedPostgres")).destroy();
    }
  }

  private String[] beansWith(String... properties) {
    try (var context = initialized(properties)) {
      return context.getBeanDefinitionNames();
    }
  }

  private GenericApplicationContext initialized(String... properties) {
    var context = new GenericApplicationContext();
    TestPropertyValues.of(properties).and("tollgate.embedded.data-dir=" + temporary)
        .and("tollgate.embedded.postgres-binaries=" + SharedBinaries.folder()).applyTo(context);
    new EmbeddedInitializer().initialize(context);
    return context;
  }
}
