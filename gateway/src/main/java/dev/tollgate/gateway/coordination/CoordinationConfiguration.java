package dev.tollgate.gateway.coordination;

import java.time.Duration;
import java.util.UUID;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CoordinationConfiguration {

  private static final int BEATS_PER_LIFE = 5;

  @Bean
  SharedDatabase sharedDatabase(JdbcConnectionDetails database, CoordinationProperties properties) {
    return new SharedDatabase(database, properties.connections());
  }

  @Bean
  Presence presence(SharedDatabase database, CoordinationProperties properties) {
    return new Presence(UUID.randomUUID(), database.jdbc(), properties.timeToLive(), properties.margin(),
        System::nanoTime);
  }

  @Bean
  Upkeep heartbeat(Presence presence, CoordinationProperties properties) {
    Duration every = properties.timeToLive().dividedBy(BEATS_PER_LIFE);
    return new Upkeep("presence", 0, every, () -> {
      presence.beat();
      presence.reclaim();
    }, presence::retire);
  }
}
