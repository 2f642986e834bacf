package dev.tollgate.gateway.admission.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.limits.Fleet.Instance;
import dev.tollgate.gateway.admission.limits.RateLimiter.Entrance;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.RateLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random requests on random instances, some of which crash: no minute ever sees more than the limit. */
@Execution(ExecutionMode.CONCURRENT)
class AnyMinuteTest {

  private static final int STEPS = 150;
  private static final long REQUESTS = 40;
  private static final long TOKENS = 5_000;
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private record Use(long at, long amount) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noMinuteSeesMoreThanTheLimit(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    boolean crashes = seed % 2 == 0;
    Caller caller = ConfiguredLimits.caller();
    List<Use> requests = new ArrayList<>();
    List<Use> tokens = new ArrayList<>();
    try (var fleet = Fleet.stepped(3)) {
      fleet.limits.set(ConfiguredLimits.tenant(caller), new RateLimits(REQUESTS, TOKENS, null));
      for (int step = 0; step < STEPS; step++) {
        fleet.pass(Duration.ofMillis(random.nextLong(250, random.nextInt(10) == 0 ? 20_000 : 1_500)));
        Instance instance = fleet.instances.get(random.nextInt(fleet.instances.size()));
        if (crashes && random.nextInt(40) == 0) {
          instance.crash();
          fleet.add();
        } else {
          String where = "seed %d, step %d".formatted(seed, step);
          request(fleet, instance, caller, random, requests, tokens, crashes ? null : where);
          assertThat(used(requests, fleet.nanos(), MINUTE)).as(where).isLessThanOrEqualTo(REQUESTS);
          assertThat(used(tokens, fleet.nanos(), MINUTE)).as(where).isLessThanOrEqualTo(TOKENS);
        }
      }
    }
    assertThat(requests).hasSizeGreaterThan(STEPS / 4);
  }

  private static void request(Fleet fleet, Instance instance, Caller caller, RandomGenerator random,
      List<Use> requests, List<Use> tokens, @Nullable String noFalseRefusals) {
    switch (instance.enter(caller)) {
      case Entrance.Refused _ -> {
        if (noFalseRefusals != null) {
          assertThat(used(requests, fleet.nanos(), MINUTE + Uses.GRAIN_NANOS) + 1).as(noFalseRefusals)
              .isGreaterThan(REQUESTS);
        }
      }
      case Entrance.Admitted(Passage passage) -> {
        try (passage) {
          long amount = random.nextLong(1, 400);
          if (passage.reserve(amount) == null) {
            boolean failed = random.nextInt(10) == 0;
            long used = random.nextLong(amount + 1);
            if (failed) {
              passage.waive();
            } else {
              passage.settle(used);
              requests.add(new Use(fleet.nanos(), 1));
              tokens.add(new Use(fleet.nanos(), used));
            }
          }
        }
      }
    }
  }

  /** What was used within the last so and so long; the window is half open. */
  private static long used(List<Use> uses, long now, long windowNanos) {
    return uses.stream().filter(use -> now - use.at() < windowNanos).mapToLong(Use::amount).sum();
  }
}
