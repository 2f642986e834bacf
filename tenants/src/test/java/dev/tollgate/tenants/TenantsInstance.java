package dev.tollgate.tenants;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The whole module as one gateway instance has it, on a real database, with a clock that stands still. */
public final class TenantsInstance implements AutoCloseable {

  public static final String PEPPER = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  private final ConfigurableApplicationContext context;

  public TenantsInstance(TestPostgres.Database database, String... properties) {
    context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
        .properties("spring.datasource.url=" + database.url() + "?ApplicationName=instance",
            "spring.datasource.username=" + database.user(),
            "spring.datasource.password=" + database.password(),
            "spring.datasource.hikari.maximum-pool-size=3",
            "spring.main.banner-mode=off",
            "tollgate.tenants.key-pepper=" + PEPPER)
        .run(properties);
  }

  public Tenants tenants() {
    return context.getBean(Tenants.class);
  }

  public Projects projects() {
    return context.getBean(Projects.class);
  }

  public ApiKeys keys() {
    return context.getBean(ApiKeys.class);
  }

  public HikariDataSource dataSource() {
    return context.getBean(HikariDataSource.class);
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public Instant now() {
    return context.getBean(StandingClock.class).instant();
  }

  public void advance(Duration by) {
    context.getBean(StandingClock.class).advance(by);
  }

  @Override
  public void close() {
    context.close();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(TenantsConfiguration.class)
  static class Application {

    @Bean
    StandingClock clock() {
      return new StandingClock();
    }
  }

  /** Moves only when told. */
  static final class StandingClock extends Clock {

    private volatile Instant now = Instant.parse("2026-03-01T00:00:00Z");

    synchronized void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
