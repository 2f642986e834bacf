package dev.tollgate.gateway.startup;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.context.WebApplicationContext;

/**
 * Has a gateway on a PostgreSQL of the operator's own begin once that answers. Until then it does not listen, so it is not
 * ready to anyone who asks; commands are not kept waiting. Registered in {@code META-INF/spring.factories}.
 */
final class DatabaseFirst implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

  private static final String URL = "spring.datasource.url";
  private static final String WAIT = "tollgate.database.wait";
  private static final Duration USUAL = Duration.ofMinutes(5);
  private static final String ANSWERS_WITHIN_SECONDS = "5";

  /** Last, so that settings which other initializers bring are seen. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    Environment environment = context.getEnvironment();
    String url = environment.getProperty(URL, "");
    Duration atMost = Binder.get(environment).bind(WAIT, Duration.class).orElse(USUAL);
    if (context instanceof WebApplicationContext && !url.isEmpty() && atMost.isPositive()) {
      new DatabaseWait(url.replaceFirst("\\?.*", ""), () -> connect(url, environment), atMost,
          System::nanoTime,
          DatabaseFirst::pause).await();
    }
  }

  private static void connect(String url, Environment environment) throws SQLException {
    var login = new Properties();
    login.setProperty("user", environment.getProperty("spring.datasource.username", ""));
    login.setProperty("password", environment.getProperty("spring.datasource.password", ""));
    login.setProperty("connectTimeout", ANSWERS_WITHIN_SECONDS);
    login.setProperty("socketTimeout", ANSWERS_WITHIN_SECONDS);
    DriverManager.getConnection(url, login).close();
  }

  private static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("Interrupted while waiting for the database");
      }
      LockSupport.parkNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
    }
  }
}
