package dev.tollgate.tenants.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.BrokenRuleException;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.Limits.Applied;
import dev.tollgate.tenants.Limits.Subject;
import dev.tollgate.tenants.Limits.UnknownSubjectException;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.RateLimits;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TenantsInstance;
import dev.tollgate.testing.TestPostgres;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two gateways on one database. */
class LimitsTest {

  private static final TestPostgres.Database database = TestPostgres.migrated();
  private static final TenantsInstance here = new TenantsInstance(database);
  private static final TenantsInstance there = new TenantsInstance(database);
  private static final RateLimits SOME = new RateLimits(60L, 100_000L, 5L);

  private final TenantId tenant = here.tenants().create("t-" + UUID.randomUUID(), "Tenant").id();
  private final ProjectId project = here.projects().create(tenant, "web").id();
  private final ApiKeyId key = here.keys().issue(tenant, project, "key", Set.of(Scope.GENERATE), null).id();
  private final Limits limits = here.bean(Limits.class);

  @AfterAll
  static void stop() {
    here.close();
    there.close();
  }

  @Test
  void limitsCountHereAtOnceAndThereWithinASecondAndSoDoesLiftingThem() {
    Subject subject = new Subject.OfKey(tenant, key);
    limits.set(subject, SOME);
    assertThat(limits.of(subject)).isEqualTo(SOME);
    await().atMost(Duration.ofSeconds(1)).until(() -> there.bean(Limits.class).of(subject).equals(SOME));
    limits.set(subject, RateLimits.NONE);
    assertThat(limits.of(subject)).isEqualTo(RateLimits.NONE);
    await().atMost(Duration.ofSeconds(1)).until(() -> there.bean(Limits.class).of(subject).isNone());
    limits.set(subject, RateLimits.NONE);
  }

  @Test
  void aCallerIsUnderTheLimitsOfItsKeyItsProjectAndItsTenantInThisOrder() {
    var caller = new Caller(tenant, project, key, Set.of(Scope.GENERATE));
    assertThat(limits.applyingTo(caller)).isEmpty();
    var ofTenant = new Applied(new Subject.OfTenant(tenant), new RateLimits(1L, null, null));
    var ofProject = new Applied(new Subject.OfProject(tenant, project), new RateLimits(null, 2L, null));
    var ofKey = new Applied(new Subject.OfKey(tenant, key), new RateLimits(null, null, 3L));
    for (Applied applied : Set.of(ofTenant, ofProject, ofKey)) {
      limits.set(applied.subject(), applied.limits());
    }
    assertThat(limits.applyingTo(caller)).containsExactly(ofKey, ofProject, ofTenant);
    limits.set(ofProject.subject(), RateLimits.NONE);
    assertThat(limits.applyingTo(caller)).containsExactly(ofKey, ofTenant);
  }

  @Test
  void nobodySetsLimitsOfWhatIsNotTheirs() {
    TenantId other = here.tenants().create("t-" + UUID.randomUUID(), "Other").id();
    limits.set(new Subject.OfKey(tenant, key), SOME);
    for (Subject foreign : Set.of(new Subject.OfKey(other, key), new Subject.OfProject(other, project),
        new Subject.OfProject(tenant, new ProjectId(key.value())),
        new Subject.OfTenant(new TenantId(UUID.randomUUID())))) {
      assertThatExceptionOfType(UnknownSubjectException.class)
          .isThrownBy(() -> limits.set(foreign, new RateLimits(1L, null, null)));
    }
    limits.set(new Subject.OfKey(other, key), RateLimits.NONE);
    assertThat(limits.of(new Subject.OfKey(tenant, key))).isEqualTo(SOME);
    assertThat(limits.of(new Subject.OfKey(other, key))).isEqualTo(RateLimits.NONE);
  }

  @Test
  void aRotatedKeyKeepsItsLimits() {
    limits.set(new Subject.OfKey(tenant, key), SOME);
    ApiKeyId rotated = here.keys().rotate(tenant, key, Duration.ZERO).orElseThrow().id();
    assertThat(limits.of(new Subject.OfKey(tenant, rotated))).isEqualTo(SOME);
  }

  @ParameterizedTest
  @CsvSource({"0,,,requests_per_minute", "-1,,,requests_per_minute", "1000000001,,,requests_per_minute",
      ",0,,tokens_per_minute", ",1000000000001,,tokens_per_minute", ",,0,concurrent_requests",
      ",,1000001,concurrent_requests"})
  void aLimitOutOfRangeIsRefusedByName(Long requests, Long tokens, Long concurrent, String field) {
    assertThatExceptionOfType(BrokenRuleException.class)
        .isThrownBy(() -> new RateLimits(requests, tokens, concurrent))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field)).withMessageContaining("between 1 and");
  }
}
