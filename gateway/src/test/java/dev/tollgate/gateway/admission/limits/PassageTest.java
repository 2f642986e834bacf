package dev.tollgate.gateway.admission.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.limits.Fleet.Instance;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Limits.Subject;
import dev.tollgate.tenants.RateLimits;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one request takes and gives back, of its key, its project and its tenant. */
class PassageTest {

  private final Fleet fleet = Fleet.stepped(1);
  private final Instance instance = fleet.instances.getFirst();
  private final Caller caller = ConfiguredLimits.caller();
  private final Subject key = ConfiguredLimits.key(caller);
  private final Subject project = ConfiguredLimits.project(caller);
  private final Subject tenant = ConfiguredLimits.tenant(caller);

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void aCallerWithoutLimitsLeavesNothingInMemory() {
    Passage passage = instance.admitted(caller);
    assertThat(passage.reserve(1_000_000)).isNull();
    passage.charge(2_000_000);
    passage.settle(5);
    passage.waive();
    passage.close();
    assertThat(passage.status()).isEqualTo(LimitStatus.UNLIMITED);
    assertThat(instance.limiter.size()).isZero();
  }

  @Test
  void theLimitThatIsHitIsNamedAndTheOthersAreNotTouched() {
    fleet.limits.set(key, new RateLimits(10L, null, null));
    fleet.limits.set(project, new RateLimits(10L, null, 4L));
    fleet.limits.set(tenant, new RateLimits(2L, null, null));
    instance.admitted(caller);
    instance.admitted(caller);
    LimitHit hit = instance.refused(caller);
    assertThat(hit.subject()).isEqualTo(tenant);
    assertThat(hit.limit()).isEqualTo(2);
    assertThat(hit.retryAfter()).isEqualTo(Duration.ofSeconds(60));
    fleet.limits.set(tenant, RateLimits.NONE);
    instance.admitted(caller);
    assertThat(requests(instance.admitted(caller)).remaining()).isEqualTo(6);
    hit = instance.refused(caller);
    assertThat(hit.subject()).isEqualTo(project);
    assertThat(hit.kind()).isEqualTo(LimitKind.SLOTS);
    assertThat(Objects.requireNonNull(hit.status().requests()).remaining()).isEqualTo(6);
  }

  @Test
  void tokensAreTakenOfAllLevelsOrOfNoneAndTheRequestDoesNotCountThen() {
    fleet.limits.set(key, new RateLimits(5L, 1_000L, null));
    fleet.limits.set(tenant, new RateLimits(null, 600L, null));
    Passage first = instance.admitted(caller);
    assertThat(first.reserve(400)).isNull();
    Passage second = instance.admitted(caller);
    LimitHit hit = Objects.requireNonNull(second.reserve(300));
    second.close();
    assertThat(hit.subject()).isEqualTo(tenant);
    assertThat(hit.requested()).isEqualTo(300);
    assertThat(first.status()).satisfies(status -> {
      assertThat(Objects.requireNonNull(status.requests()).remaining()).isEqualTo(4);
      assertThat(Objects.requireNonNull(status.tokens()).limit()).isEqualTo(600);
      assertThat(Objects.requireNonNull(status.tokens()).remaining()).isEqualTo(200);
    });
  }

  @Test
  void whatIsLargerThanTheLimitIsNeverPossible() {
    fleet.limits.set(key, new RateLimits(null, 1_000L, null));
    assertThat(Objects.requireNonNull(instance.admitted(caller).reserve(1_001)).retryAfter()).isNull();
  }

  @Test
  void aGrowingAnswerGoesIntoDebtAndUnusedTokensComeBackAtOnce() {
    fleet.limits.set(key, new RateLimits(null, 1_000L, null));
    Passage passage = instance.admitted(caller);
    assertThat(passage.reserve(700)).isNull();
    fleet.pass(Duration.ofSeconds(20));
    passage.charge(1_400);
    fleet.pass(Duration.ofSeconds(20));
    passage.charge(2_000);
    assertThat(Objects.requireNonNull(instance.admitted(caller).reserve(1)).kind())
        .isEqualTo(LimitKind.TOKENS);
    passage.settle(900);
    passage.close();
    assertThat(tokens(passage).remaining()).isEqualTo(100);
    assertThat(instance.admitted(caller).reserve(100)).isNull();
    // 700 were used at the beginning, 200 twenty seconds later, 100 now.
    fleet.pass(Duration.ofSeconds(20));
    assertThat(tokens(passage).remaining()).isEqualTo(700);
    fleet.pass(Duration.ofSeconds(20));
    assertThat(tokens(passage).remaining()).isEqualTo(900);
    fleet.pass(Duration.ofSeconds(20));
    assertThat(tokens(passage).remaining()).isEqualTo(1_000);
    assertThat(tokens(passage).reset()).isZero();
  }

  @Test
  void aRequestThatWasNeverSettledUsedNoTokensButCounts() {
    fleet.limits.set(key, new RateLimits(5L, 1_000L, 1L));
    Passage passage = instance.admitted(caller);
    assertThat(passage.reserve(500)).isNull();
    passage.close();
    assertThat(tokens(passage).remaining()).isEqualTo(1_000);
    assertThat(requests(passage).remaining()).isEqualTo(4);
    assertThat(requests(instance.admitted(caller)).remaining()).isEqualTo(3);
  }

  @Test
  void whatFailedOnOurSideCountsForNothing() {
    fleet.limits.set(key, new RateLimits(5L, 1_000L, null));
    Passage passage = instance.admitted(caller);
    assertThat(passage.reserve(500)).isNull();
    passage.charge(800);
    passage.waive();
    passage.close();
    assertThat(tokens(passage).remaining()).isEqualTo(1_000);
    assertThat(requests(passage).remaining()).isEqualTo(5);
  }

  private static LimitStatus.Rate requests(Passage passage) {
    return Objects.requireNonNull(passage.status().requests());
  }

  private static LimitStatus.Rate tokens(Passage passage) {
    return Objects.requireNonNull(passage.status().tokens());
  }
}
