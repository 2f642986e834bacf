package dev.tollgate.tenants.apikeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ApiKeys;
import dev.tollgate.tenants.ApiKeys.Issued;
import dev.tollgate.tenants.ApiKeys.Lookup;
import dev.tollgate.tenants.ApiKeys.Reason;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TenantsInstance;
import dev.tollgate.tenants.secrets.KeyText;
import dev.tollgate.tenants.secrets.SecretKind;
import dev.tollgate.testing.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class ApiKeysTest {

  private static final TestPostgres.Database database = TestPostgres.migrated();
  private static final TenantsInstance instance = new TenantsInstance(database);
  private final ApiKeys keys = instance.keys();
  private TenantId tenant;
  private ProjectId project;

  @AfterAll
  static void stop() {
    instance.close();
  }

  @BeforeEach
  void createTenant() {
    tenant = instance.tenants().create("t" + UUID.randomUUID(), "Acme").id();
    project = instance.projects().create(tenant, "web").id();
  }

  @Test
  void acceptsAKeyAtOnceWithWhatItWasIssuedFor() {
    Issued issued = issue();
    assertThat(keys.lookup(issued.secret())).isEqualTo(
        new Lookup.Accepted(new Caller(tenant, project, issued.id(), Set.of(Scope.GENERATE, Scope.USAGE))));
  }

  @Test
  void tellsATypingErrorFromAKeyThatNobodyIssued() {
    String secret = issue().secret();
    char last = secret.charAt(secret.length() - 1);
    assertThat(keys.lookup(secret.substring(0, secret.length() - 1) + (last == '0' ? '1' : '0')))
        .isEqualTo(refused(Reason.MALFORMED));
    assertThat(keys.lookup("sk-something-else")).isEqualTo(refused(Reason.MALFORMED));
    assertThat(keys.lookup(KeyText.create(SecretKind.API_KEY, UUID.randomUUID(), new SecureRandom())))
        .isEqualTo(refused(Reason.UNKNOWN));
  }

  @Test
  void doesNotAcceptAWrongSecretUnderAKnownId() {
    Issued issued = issue();
    assertThat(keys.lookup(KeyText.create(SecretKind.API_KEY, issued.id().value(), new SecureRandom())))
        .isEqualTo(refused(Reason.UNKNOWN));
  }

  @Test
  void doesNotTellThatAKeyIsRevokedToWhoLacksTheSecret() {
    Issued issued = issue();
    keys.revoke(tenant, issued.id());
    assertThat(keys.lookup(KeyText.create(SecretKind.API_KEY, issued.id().value(), new SecureRandom())))
        .isEqualTo(refused(Reason.UNKNOWN));
    assertThat(keys.lookup(issued.secret())).isEqualTo(refused(Reason.REVOKED));
  }

  @Test
  void revokingTwiceChangesNothing() {
    Issued issued = issue();
    var first = instance.now();
    assertThat(keys.revoke(tenant, issued.id())).isTrue();
    instance.advance(Duration.ofSeconds(5));
    assertThat(keys.revoke(tenant, issued.id())).isTrue();
    assertThat(jdbc().sql("SELECT revoked_at FROM tenants.api_key WHERE id = ?").param(issued.id().value())
        .query(Timestamp.class).single().toInstant()).isEqualTo(first);
  }

  @Test
  void doesNotRevokeTheKeyOfAnotherTenant() {
    Issued issued = issue();
    TenantId stranger = instance.tenants().create("s" + UUID.randomUUID(), "Stranger").id();
    assertThat(keys.revoke(stranger, issued.id())).isFalse();
    assertThat(keys.lookup(issued.secret())).isInstanceOf(Lookup.Accepted.class);
    assertThat(keys.revoke(tenant, new ApiKeyId(UUID.randomUUID()))).isFalse();
  }

  @Test
  void doesNotIssueAKeyForTheProjectOfAnotherTenant() {
    TenantId stranger = instance.tenants().create("s" + UUID.randomUUID(), "Stranger").id();
    assertThatExceptionOfType(ApiKeys.UnknownProjectException.class)
        .isThrownBy(() -> keys.issue(stranger, project, "key", Set.of(), null));
  }

  @Test
  void refusesANameThatSaysNothingOrTooMuch() {
    for (String name : new String[]{"", " ", "n".repeat(101), "nul\0"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> keys.issue(tenant, project, name, Set.of(), null));
    }
  }

  @Test
  void refusesAKeyFromTheInstantOfItsExpiryOn() {
    Issued issued = keys.issue(tenant, project, "short", Set.of(Scope.MODELS),
        instance.now().plusSeconds(60));
    instance.advance(Duration.ofSeconds(60).minusNanos(1));
    assertThat(keys.lookup(issued.secret())).isInstanceOf(Lookup.Accepted.class);
    instance.advance(Duration.ofNanos(1));
    assertThat(keys.lookup(issued.secret())).isEqualTo(refused(Reason.EXPIRED));
  }

  @Test
  void refusesTheKeysOfASuspendedTenantUntilItIsResumed() {
    Issued issued = issue();
    instance.tenants().suspend(tenant);
    await().atMost(Duration.ofSeconds(1))
        .until(() -> keys.lookup(issued.secret()).equals(refused(Reason.SUSPENDED)));
    instance.tenants().resume(tenant);
    await().atMost(Duration.ofSeconds(1))
        .until(() -> keys.lookup(issued.secret()) instanceof Lookup.Accepted);
  }

  @Test
  void forgetsAKeyWhoseIssueWasRolledBack() {
    var rolledBack = new TransactionTemplate(instance.bean(PlatformTransactionManager.class));
    Issued issued = rolledBack.execute(status -> {
      status.setRollbackOnly();
      return issue();
    });
    assertThat(issued).isNotNull();
    assertThat(keys.lookup(issued.secret())).isEqualTo(refused(Reason.UNKNOWN));
  }

  @Test
  void keepsTheSecretOutOfTheDatabaseAndOutOfEveryText() {
    Issued issued = issue();
    String random = issued.secret().substring(31, 58);
    String row = jdbc().sql("""
        SELECT k::text || ' ' || encode(key_hash, 'escape') || ' ' || encode(key_hash, 'base64')
        FROM tenants.api_key k WHERE id = ?
        """).param(issued.id().value()).query(String.class).single();
    assertThat(row).contains(issued.id().toString()).doesNotContain(random).doesNotContain(issued.secret())
        .doesNotContain(hex(random)).doesNotContain(hex(issued.secret()));
    assertThat(issued.toString()).doesNotContain(random);
    assertThat(keys.lookup(issued.secret()).toString()).doesNotContain(random);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Issued issue() {
    return keys.issue(tenant, project, "key", Set.of(Scope.GENERATE, Scope.USAGE), null);
  }

  private static Lookup refused(Reason reason) {
    return new Lookup.Refused(reason);
  }

  private static JdbcClient jdbc() {
    return JdbcClient.create(instance.dataSource());
  }
}
