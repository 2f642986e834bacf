package dev.tollgate.tenants.apikeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.tenants.ApiKeys.Issued;
import dev.tollgate.tenants.ApiKeys.Lookup;
import dev.tollgate.tenants.ApiKeys.Reason;
import dev.tollgate.tenants.Arrears;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Scope;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TenantsInstance;
import dev.tollgate.testing.TestPostgres;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Two gateways on one database. */
class TwoInstancesTest {

  private static final Duration PROMISED = Duration.ofSeconds(1);

  private final TestPostgres.Database database = TestPostgres.migrated();
  private final TenantsInstance here = new TenantsInstance(database);
  private final TenantsInstance there = new TenantsInstance(database);
  private final TenantId tenant = here.tenants().create("acme", "Acme").id();
  private final ProjectId project = here.projects().create(tenant, "web").id();

  @AfterEach
  void stop() {
    here.close();
    there.close();
  }

  @Test
  void aKeyIssuedHereIsAcceptedThereWithinASecondAndRevokedThereWithinASecond() {
    Issued issued = issue();
    await().atMost(PROMISED).until(() -> acceptedThere(issued));
    here.keys().revoke(tenant, issued.id());
    assertThat(here.keys().lookup(issued.secret())).isEqualTo(new Lookup.Refused(Reason.REVOKED));
    await().atMost(PROMISED)
        .until(() -> there.keys().lookup(issued.secret()).equals(new Lookup.Refused(Reason.REVOKED)));
  }

  @Test
  void aTenantSuspendedHereIsRefusedThereWithinASecond() {
    Issued issued = issue();
    await().atMost(PROMISED).until(() -> acceptedThere(issued));
    here.tenants().suspend(tenant);
    await().atMost(PROMISED)
        .until(() -> there.keys().lookup(issued.secret()).equals(new Lookup.Refused(Reason.SUSPENDED)));
  }

  @Test
  void aTenantInArrearsIsRefusedThereWithinASecondAndAcceptedAgainWithoutLiftingASuspension() {
    Issued issued = issue();
    await().atMost(PROMISED).until(() -> acceptedThere(issued));
    Arrears arrears = here.bean(Arrears.class);
    assertThat(arrears.refuse(tenant)).isTrue();
    assertThat(arrears.refuse(tenant)).isFalse();
    assertThat(arrears.refused()).containsExactly(tenant);
    await().atMost(PROMISED)
        .until(() -> there.keys().lookup(issued.secret()).equals(new Lookup.Refused(Reason.OVERDUE)));
    here.tenants().suspend(tenant);
    assertThat(arrears.accept(tenant)).isTrue();
    assertThat(arrears.accept(tenant)).isFalse();
    await().atMost(PROMISED)
        .until(() -> there.keys().lookup(issued.secret()).equals(new Lookup.Refused(Reason.SUSPENDED)));
  }

  @Test
  void aRevocationAnnouncedWhileNobodyListenedIsFoundWhenListeningBeginsAnew() {
    Issued issued = issue();
    await().atMost(PROMISED).until(() -> acceptedThere(issued));
    var jdbc = JdbcClient.create(here.dataSource());
    // Without its trigger the table changes as silently as it does for a listener that is away.
    jdbc.sql("ALTER TABLE tenants.api_key DISABLE TRIGGER api_key_announced").update();
    here.keys().revoke(tenant, issued.id());
    assertThat(acceptedThere(issued)).isTrue();
    jdbc.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        + " WHERE datname = current_database() AND query LIKE 'LISTEN%'").query(Long.class).single();
    await().atMost(Duration.ofSeconds(5)).until(() -> !acceptedThere(issued));
  }

  @Test
  void keysAreThereAfterARestart() {
    Issued issued = issue();
    Issued revoked = issue();
    here.keys().revoke(tenant, revoked.id());
    try (var restarted = new TenantsInstance(database)) {
      assertThat(restarted.keys().lookup(issued.secret())).isInstanceOf(Lookup.Accepted.class);
      assertThat(restarted.keys().lookup(revoked.secret())).isEqualTo(new Lookup.Refused(Reason.REVOKED));
    }
  }

  @Test
  void aKeyIsUselessUnderAnotherPepper() {
    Issued issued = issue();
    try (var other = new TenantsInstance(database,
        "--tollgate.tenants.key-pepper=OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=")) {
      assertThat(other.keys().lookup(issued.secret())).isEqualTo(new Lookup.Refused(Reason.UNKNOWN));
    }
  }

  private boolean acceptedThere(Issued issued) {
    return there.keys().lookup(issued.secret()) instanceof Lookup.Accepted;
  }

  private Issued issue() {
    return here.keys().issue(tenant, project, "key", Set.of(Scope.GENERATE), null);
  }
}
