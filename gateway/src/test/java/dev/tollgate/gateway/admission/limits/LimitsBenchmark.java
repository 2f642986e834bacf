package dev.tollgate.gateway.admission.limits;

import dev.tollgate.gateway.admission.limits.Fleet.Instance;
import dev.tollgate.gateway.admission.limits.RateLimiter.Entrance;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.RateLimits;
import java.util.Arrays;

/** What limits cost a request in memory, to be run by hand: three levels of all kinds against none at all. */
final class LimitsBenchmark {

  private static final int ROUNDS = 400_000;

  private LimitsBenchmark() {}

  public static void main(String[] args) {
    try (var fleet = Fleet.concurrent(1)) {
      Instance instance = fleet.instances.getFirst();
      Caller unlimited = ConfiguredLimits.caller();
      Caller limited = ConfiguredLimits.caller();
      var ample = new RateLimits(RateLimits.MOST_REQUESTS, RateLimits.MOST_TOKENS,
          RateLimits.MOST_CONCURRENT);
      fleet.limits.set(ConfiguredLimits.key(limited), ample);
      fleet.limits.set(ConfiguredLimits.project(limited), ample);
      fleet.limits.set(ConfiguredLimits.tenant(limited), ample);
      for (int run = 0; run < 4; run++) {
        tell("without limits", instance, unlimited);
        tell("nine limits", instance, limited);
      }
    }
  }

  private static void tell(String what, Instance instance, Caller caller) {
    long[] nanos = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      if (!(instance.limiter.enter(caller) instanceof Entrance.Admitted(Passage passage))) {
        throw new IllegalStateException("Refused in round " + round);
      }
      passage.reserve(864);
      passage.status();
      passage.charge(928);
      passage.settle(920);
      passage.close();
      nanos[round] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    System.out.printf("%-15s median %5d ns, p99 %6d ns%n", what, nanos[ROUNDS / 2], nanos[ROUNDS / 100 * 99]);
  }
}
