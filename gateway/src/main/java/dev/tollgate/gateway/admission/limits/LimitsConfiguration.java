package dev.tollgate.gateway.admission.limits;

import dev.tollgate.db.ChangeFeed;
import dev.tollgate.gateway.coordination.Presence;
import dev.tollgate.gateway.coordination.SharedDatabase;
import dev.tollgate.gateway.coordination.Upkeep;
import dev.tollgate.tenants.Limits;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class LimitsConfiguration {

  private static final Duration TICK = Duration.ofMillis(100);

  @Bean
  RateLimiter rateLimiter(Limits limits, Presence presence, SharedDatabase database, ChangeFeed changes) {
    var limiter = new RateLimiter(limits, presence, database.jdbc(), System::nanoTime);
    changes.subscribe(RateLimiter.RECALL_TOPIC, limiter::recalled, () -> {});
    return limiter;
  }

  @Bean
  Upkeep limitUpkeep(RateLimiter limiter) {
    return new Upkeep("limits", 10, TICK, limiter::tick, limiter::stop);
  }
}
