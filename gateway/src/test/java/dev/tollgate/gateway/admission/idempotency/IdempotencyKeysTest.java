package dev.tollgate.gateway.admission.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.billing.RequestId;
import dev.tollgate.gateway.coordination.Presence;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.testing.TestPostgres;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

class IdempotencyKeysTest {

  private static final byte[] PRINT = new byte[32];

  private final HikariDataSource pool = TestPostgres.migrated().pool(4);
  private final JdbcClient jdbc = JdbcClient.create(pool);
  private final Presence presence = present();
  private final IdempotencyKeys keys = new IdempotencyKeys(jdbc, presence,
      new IdempotencyProperties(Duration.ofHours(24), 3, DataSize.ofKilobytes(10)));
  private final Caller caller = new Caller(new TenantId(UUID.randomUUID()), new ProjectId(UUID.randomUUID()),
      new ApiKeyId(UUID.randomUUID()), Set.of(Scope.GENERATE));

  @AfterEach
  void close() {
    keys.stop();
    pool.close();
  }

  @Test
  void ofManyAtOnceOneIsGrantedTheKey() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var claims = IntStream.range(0, 30).mapToObj(i -> threads.submit(() -> claim("one")))
          .toList();
      int granted = 0;
      for (var claim : claims) {
        granted += claim.get() instanceof Claim.Granted ? 1 : 0;
        assertThat(claim.get()).isInstanceOfAny(Claim.Granted.class, Claim.Running.class);
      }
      assertThat(granted).isEqualTo(1);
    }
  }

  @Test
  void aClaimOfAnInstanceThatDiedIsTakenOverUnderItsIdAndItsLateAnswerChangesNothing() {
    Presence other = present();
    var elsewhere = new IdempotencyKeys(jdbc, other,
        new IdempotencyProperties(Duration.ofHours(24), 3, DataSize.ofKilobytes(10)));
    Attempt lost = granted(elsewhere.claim(caller, "one", PRINT, id()));
    assertThat(claim("one")).isInstanceOf(Claim.Running.class);
    other.retire();
    Attempt second = granted(claim("one"));
    assertThat(second.requestId()).isEqualTo(lost.requestId());
    lost.complete("text/plain", KeptBody.plain(new byte[]{1}));
    assertThat(claim("one")).isInstanceOf(Claim.Running.class);
    second.complete("text/plain", KeptBody.plain(new byte[]{2}));
    assertThat(claim("one")).isInstanceOfSatisfying(Claim.Finished.class,
        finished -> assertThat(finished.answer().body().bytes()).containsExactly(2));
  }

  @Test
  void anAttemptThatMayHaveBeenBilledIsRepeatedUnderItsId() {
    Attempt first = granted(claim("one"));
    first.giveUp();
    assertThat(granted(claim("one")).requestId()).isEqualTo(first.requestId());
  }

  @Test
  void aRepeatThatWasNotBilledItselfLeavesTheKeyWithWhatTheFirstMayHaveBeenBilledUnder() {
    Attempt first = granted(claim("one"));
    first.giveUp();
    for (int i = 0; i < 2; i++) {
      granted(claim("one")).free();
    }
    assertThat(granted(claim("one")).requestId()).isEqualTo(first.requestId());
  }

  @Test
  void anAttemptThatWasNotBilledLeavesNothing() {
    Attempt first = granted(claim("one"));
    first.free();
    first.complete("text/plain", KeptBody.plain(new byte[0]));
    assertThat(granted(claim("one")).requestId()).isNotEqualTo(first.requestId());
  }

  @Test
  void aTenantThatKeepsTooManyKeysGetsNoMoreButItsAnswers() {
    for (String key : Set.of("one", "two", "three")) {
      granted(claim(key)).complete("text/plain", KeptBody.plain(new byte[]{7}));
    }
    keys.tidy();
    assertThat(claim("four")).isInstanceOf(Claim.TooMany.class);
    assertThat(claim("one")).isInstanceOf(Claim.Finished.class);
  }

  @Test
  void aTenantThatKeepsTooMuchGetsNoMore() {
    granted(claim("one")).complete("text/plain", KeptBody.plain(new byte[20_000]));
    keys.tidy();
    assertThat(claim("two")).isInstanceOf(Claim.TooMany.class);
  }

  @Test
  void keysWhoseDayIsOverAreDeleted() {
    jdbc.sql(
        """
            INSERT INTO gateway.idempotency (key_id, idempotency_key, tenant_id, fingerprint, request_id, state, expires_at)
            SELECT gen_random_uuid(), 'old', gen_random_uuid(), ?, gen_random_uuid(), 'ABANDONED', clock_timestamp()
            FROM generate_series(1, 2500)""")
        .param(PRINT).update();
    granted(claim("fresh"));
    keys.tidy();
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void whatTheDatabaseCouldNotBeToldItIsToldWhenItIsBack() {
    Attempt attempt = granted(claim("one"));
    jdbc.sql("ALTER TABLE gateway.idempotency RENAME TO away").update();
    attempt.complete("text/plain", KeptBody.plain(new byte[]{3}));
    assertThat(claim("two")).isInstanceOf(Claim.Unavailable.class);
    jdbc.sql("ALTER TABLE gateway.away RENAME TO idempotency").update();
    await().atMost(Duration.ofSeconds(5)).until(() -> claim("one") instanceof Claim.Finished);
  }

  @Test
  void aClaimWhoseAnswerIsLostIsGivenUpOnceTheDatabaseAnswersAgain() {
    var unheard = new LostAnswer(pool);
    var cutOff = new IdempotencyKeys(JdbcClient.create(unheard), presence,
        new IdempotencyProperties(Duration.ofHours(24), 3, DataSize.ofKilobytes(10)));
    try {
      RequestId lost = id();
      assertThat(cutOff.claim(caller, "one", PRINT, lost)).isInstanceOf(Claim.Unavailable.class);
      assertThat(count()).isEqualTo(1);
      assertThat(claim("one")).isInstanceOf(Claim.Running.class);
      unheard.isBack = true;
      await().atMost(Duration.ofSeconds(5)).until(() -> given(lost));
      assertThat(granted(claim("one")).requestId()).isEqualTo(lost);
      assertThat(claim("one")).as("the one that runs now is not given up").isInstanceOf(Claim.Running.class);
    } finally {
      cutOff.stop();
    }
  }

  private boolean given(RequestId lost) {
    return jdbc.sql("SELECT epoch IS NULL FROM gateway.idempotency WHERE request_id = ?").param(lost.value())
        .query(Boolean.class).single();
  }

  private Presence present() {
    var present = new Presence(UUID.randomUUID(), jdbc, Duration.ofSeconds(10), Duration.ofSeconds(2),
        System::nanoTime);
    present.beat();
    return present;
  }

  private Claim claim(String key) {
    return keys.claim(caller, key, PRINT, id());
  }

  private static RequestId id() {
    return new RequestId(UuidCreator.getTimeOrderedEpoch());
  }

  private static Attempt granted(Claim claim) {
    assertThat(claim).isInstanceOf(Claim.Granted.class);
    return ((Claim.Granted) claim).attempt();
  }

  private long count() {
    return jdbc.sql("SELECT count(*) FROM gateway.idempotency").query(Long.class).single();
  }
}
