package dev.tollgate.gateway.embedded;

import dev.tollgate.gateway.TimeConfiguration;
import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.gateway.embedded.DataFolder.DataFolderInUseException;
import dev.tollgate.tenants.TenantsConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ApplicationContext;
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
    print(arguments, context -> context.getBean(DemoTenant.class).issueKey());
  }

  /** Prints a secret that is made in the database of a data folder. */
  static void print(String[] arguments, Function<ApplicationContext, String> secret) throws IOException {
    // Its output is the key and nothing else: until Spring Boot sets the levels, nothing is logged.
    LoggingSystem.get(KeyCommand.class.getClassLoader()).beforeInitialize();
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
    EmbeddedProperties properties = EmbeddedProperties.of(environment);
    try (DataFolder folder = DataFolder.open(properties.dataDir())) {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, properties);
      try {
        print(postgres.getJdbcUrl(), postgres.getPassword(), folder.secret(DataFolder.PEPPER, 32), secret);
      } finally {
        postgres.destroy();
      }
    } catch (DataFolderInUseException e) {
      attach(properties.dataDir(), secret);
    }
  }

  private static void attach(Path folder, Function<ApplicationContext, String> secret) throws IOException {
    int port = PostgresCluster.runningPort(folder.resolve(EmbeddedPostgres.FILES)).orElseThrow(
        () -> new IllegalStateException(
            "The gateway on " + folder + " is just starting: try again in a moment"));
    print(PostgresCluster.url(port), Files.readString(folder.resolve(EmbeddedPostgres.PASSWORD)).strip(),
        Files.readString(folder.resolve(DataFolder.PEPPER)).strip(), secret);
  }

  private static void print(String url, String password, String pepper,
      Function<ApplicationContext, String> secret) {
    try (var context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
        .properties(Map.of("tollgate.embedded.enabled", "false", "tollgate.tenants.key-pepper", pepper,
            "spring.datasource.url", url, "spring.datasource.username", PostgresCluster.USER,
            "spring.datasource.password", password))
        .run("--logging.level.root=error", "--logging.level.dev.tollgate=error",
            "--spring.main.log-startup-info=false",
            "--spring.datasource.hikari.maximum-pool-size=2")) {
      System.out.println(secret.apply(context));
    }
  }

  /** As little of the gateway as a key needs. Not a component: the gateway itself must not find it when it scans. */
  @EnableAutoConfiguration
  @Import({TenantsConfiguration.class, TimeConfiguration.class, DemoTenant.class, OperatorAccess.class,
      SignInLinks.class})
  static class Application {}
}
