package dev.tollgate.gateway;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one place where wall-clock time comes from; everything else is given it. */
@Configuration(proxyBeanMethods = false)
public class TimeConfiguration {

  @Bean
  public Clock clock() {
    return Clock.systemUTC();
  }
}
