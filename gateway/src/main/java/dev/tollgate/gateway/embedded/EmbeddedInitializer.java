package dev.tollgate.gateway.embedded;

import dev.tollgate.billing.Funding;
import dev.tollgate.gateway.console.credentials.SignInLinks;
import dev.tollgate.gateway.routing.Backends;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts what is embedded, before the first bean exists, and adds the beans that stand for it. Registered in
 * {@code META-INF/spring.factories}.
 */
final class EmbeddedInitializer implements ApplicationContextInitializer<GenericApplicationContext>, Ordered {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedInitializer.class);
  private static final String FOLDER = "dataFolder";
  private static final String PEPPER = "tollgate.tenants.key-pepper";
  private static final String JOURNAL = "tollgate.billing.journal-dir";

  /** Last, so that settings which other initializers bring are seen. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public void initialize(GenericApplicationContext context) {
    ConfigurableEnvironment environment = context.getEnvironment();
    EmbeddedProperties properties = EmbeddedProperties.of(environment);
    if (!properties.enabled()) {
      return;
    }
    boolean database = !environment.containsProperty("spring.datasource.url");
    boolean backend = isEmpty(environment, "addresses") && isEmpty(environment, "discover")
        && Binder.get(environment).bind("tollgate.backend.servers[0].address", String.class).orElse("")
            .isEmpty();
    if (database || backend) {
      DataFolder folder = DataFolder.open(properties.dataDir());
      context.registerBean(FOLDER, DataFolder.class, () -> folder);
      if (database) {
        embedDatabase(context, properties, folder);
      }
      if (backend) {
        embedBackend(context, properties, folder);
      }
    }
  }

  private static void embedDatabase(GenericApplicationContext context, EmbeddedProperties properties,
      DataFolder folder) {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, properties);
    context.registerBean("embeddedPostgres", EmbeddedPostgres.class, () -> postgres,
        EmbeddedInitializer::outlived);
    // Of least precedence: what is configured wins.
    context.getEnvironment().getPropertySources().addLast(new MapPropertySource("embedded",
        Map.of(PEPPER, folder.secret(DataFolder.PEPPER, 32), JOURNAL,
            folder.resolve("journal").toString())));
    context.registerBean("demoTenant", DemoTenant.class);
    context.registerBean("operatorAccess", OperatorAccess.class);
    context.registerBean("demoFunding", DemoFunding.class,
        () -> new DemoFunding(context.getBean(Funding.class),
            context.getBean(Clock.class), properties.demoBalance()));
    if (properties.rehearse()) {
      context.registerBean("rehearsal", Rehearsal.class,
          () -> new Rehearsal(context.getBean(DemoTenant.class), context.getBean(DemoFunding.class),
              context.getBean(Backends.class)::awaitUp, properties.modelName()));
      return;
    }
    context.registerBean("welcome", Welcome.class,
        () -> new Welcome(folder, context.getBean(DemoTenant.class), context.getBean(DemoFunding.class),
            context.getBean(OperatorAccess.class),
            () -> context.getBeanProvider(SignInLinks.class).stream().map(SignInLinks::forFirstOperator)
                .findFirst().orElse(""),
            context.getBean(Backends.class)::awaitUp,
            properties.modelName(), System.out));
  }

  private static boolean isEmpty(ConfigurableEnvironment environment, String backends) {
    return Binder.get(environment).bind("tollgate.backend." + backends, Bindable.listOf(String.class))
        .orElseGet(List::of).isEmpty();
  }

  private static void embedBackend(GenericApplicationContext context, EmbeddedProperties properties,
      DataFolder folder) {
    BackendCommand.missing(properties).ifPresentOrElse(
        path -> log.error("No inference backend: {} is missing. Build it with ./tollgate, or set"
            + " tollgate.backend.addresses", path),
        () -> {
          BackendProcess process = BackendProcess
              .start(BackendCommand.of(properties, folder.resolve("backend-port")));
          context.registerBean("embeddedBackend", BackendProcess.class, () -> process,
              EmbeddedInitializer::outlived);
          context.registerBean("embeddedBackendRoute", EmbeddedBackendRoute.class);
        });
  }

  /** The lock on the folder is given back when nobody writes into it any more. */
  private static void outlived(BeanDefinition child) {
    child.setDependsOn(FOLDER);
  }

  /** Leads requests to the embedded backend, wherever it is at the moment. */
  static final class EmbeddedBackendRoute {

    EmbeddedBackendRoute(BackendProcess process, Backends backends) {
      process.follow(backends::add, backends::remove);
    }
  }
}
