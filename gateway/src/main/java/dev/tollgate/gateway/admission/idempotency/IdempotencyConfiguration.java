package dev.tollgate.gateway.admission.idempotency;

import dev.tollgate.gateway.coordination.Presence;
import dev.tollgate.gateway.coordination.SharedDatabase;
import dev.tollgate.gateway.coordination.Upkeep;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class IdempotencyConfiguration {

  private static final Duration TIDY = Duration.ofMinutes(1);

  @Bean
  IdempotencyKeys idempotencyKeys(SharedDatabase database, Presence presence,
      IdempotencyProperties properties) {
    return new IdempotencyKeys(database.jdbc(), presence, properties);
  }

  @Bean
  Upkeep idempotencyUpkeep(IdempotencyKeys keys) {
    return new Upkeep("idempotency", 20, TIDY, keys::tidy, keys::stop);
  }
}
