package dev.tollgate.gateway.embedded;

import dev.tollgate.gateway.TimeConfiguration;
import dev.tollgate.gateway.embedded.DataFolder.DataFolderInUseException;
import dev.tollgate.tenants.TenantsConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Prints a new key of the demo tenant, {@code ./tollgate key}: through the database server of a gateway that runs, which
 * then accepts the key within a second, or through one started for the moment.
 */
final class KeyCommand {

  private KeyCommand() {}

  public static void main(String[] arguments) throws IOException {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
    EmbeddedProperties properties = EmbeddedProperties.of(environment);
    try (DataFolder folder = DataFolder.open(properties.dataDir())) {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, properties);
      try {
        print(postgres.getJdbcUrl(), postgres.getPassword(), folder.secret(DataFolder.PEPPER, 32));
      } finally {
        postgres.destroy();
      }
    } catch (DataFolderInUseException e) {
      attach(properties.dataDir());
    }
  }

  private static void attach(Path folder) throws IOException {
    int port = PostgresCluster.runningPort(folder.resolve(EmbeddedPostgres.FILES)).orElseThrow(
        () -> new IllegalStateException(
            "The gateway on " + folder + " is just starting: try again in a moment"));
    print(PostgresCluster.url(port), Files.readString(folder.resolve(EmbeddedPostgres.PASSWORD)).strip(),
        Files.readString(folder.resolve(DataFolder.PEPPER)).strip());
  }

  private static void print(String url, String password, String pepper) {
    try (var context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
        .properties(Map.of("tollgate.embedded.enabled", "false", "tollgate.tenants.key-pepper", pepper,
            "spring.datasource.url", url, "spring.datasource.username", PostgresCluster.USER,
            "spring.datasource.password", password))
        .run("--logging.level.root=error", "--logging.level.dev.tollgate=error",
            "--spring.main.log-startup-info=false",
            "--spring.datasource.hikari.maximum-pool-size=2")) {
      System.out.println(context.getBean(DemoTenant.class).issueKey());
    }
  }

  /** As little of the gateway as a key needs. Not a component: the gateway itself must not find it when it scans. */
  @EnableAutoConfiguration
  @Import({TenantsConfiguration.class, TimeConfiguration.class, DemoTenant.class})
  static class Application {}
}
