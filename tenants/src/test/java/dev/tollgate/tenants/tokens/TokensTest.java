package dev.tollgate.tenants.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.tollgate.tenants.MemberRole;
import dev.tollgate.tenants.OperatorRole;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.TenantsInstance;
import dev.tollgate.tenants.Tokens;
import dev.tollgate.tenants.Tokens.Holder;
import dev.tollgate.tenants.Tokens.Issued;
import dev.tollgate.tenants.Tokens.Lookup;
import dev.tollgate.tenants.Tokens.Reason;
import dev.tollgate.testing.TestPostgres;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class TokensTest {

  private static final TestPostgres.Database database = TestPostgres.migrated();
  private static final TenantsInstance here = new TenantsInstance(database);
  private static final TenantsInstance there = new TenantsInstance(database);
  private static final Holder ADMIN = new Holder.Operator(OperatorRole.ADMIN);
  private final Tokens tokens = here.bean(Tokens.class);
  private final TenantId tenant = here.tenants().create("t" + UUID.randomUUID(), "Acme").id();

  @AfterAll
  static void stop() {
    here.close();
    there.close();
  }

  @Test
  void acceptsATokenForTheHolderThatItWasIssuedFor() {
    Issued operator = tokens.issue(ADMIN, "night shift", null);
    Holder owner = new Holder.Member(tenant, MemberRole.OWNER);
    Issued member = tokens.issue(owner, "script", null);
    assertThat(tokens.lookup(operator.secret()))
        .isEqualTo(new Lookup.Accepted(operator.id(), "night shift", ADMIN));
    assertThat(tokens.lookup(member.secret())).isEqualTo(new Lookup.Accepted(member.id(), "script", owner));
    assertThat(operator.secret()).startsWith("tg_operator_");
    assertThat(member.secret()).startsWith("tg_tenant_");
  }

  @Test
  void refusesATokenFromItsExpiryOnAndOnceItIsRevoked() {
    Issued short_ = tokens.issue(ADMIN, "short", here.now().plusSeconds(60));
    assertThat(tokens.lookup(short_.secret())).isInstanceOf(Lookup.Accepted.class);
    here.advance(Duration.ofSeconds(60));
    assertThat(tokens.lookup(short_.secret())).isEqualTo(new Lookup.Refused(Reason.EXPIRED));
    Issued revoked = tokens.issue(ADMIN, "revoked", null);
    assertThat(tokens.revoke(null, revoked.id())).isTrue();
    assertThat(tokens.lookup(revoked.secret())).isEqualTo(new Lookup.Refused(Reason.REVOKED));
    assertThat(tokens.lookup("tg_operator_x")).isEqualTo(new Lookup.Refused(Reason.MALFORMED));
  }

  @Test
  void revokesNothingThatBelongsToSomebodyElse() {
    Issued member = tokens.issue(new Holder.Member(tenant, MemberRole.VIEWER), "mine", null);
    TenantId stranger = here.tenants().create("s" + UUID.randomUUID(), "Stranger").id();
    assertThat(tokens.revoke(stranger, member.id())).isFalse();
    assertThat(tokens.revoke(null, member.id())).isFalse();
    assertThat(tokens.find(stranger, member.id())).isEmpty();
    assertThat(tokens.list(stranger, null, 10)).isEmpty();
    assertThat(tokens.list(tenant, null, 10)).extracting(Tokens.Token::id).containsExactly(member.id());
  }

  @Test
  void anotherInstanceFollowsWithinASecond() {
    Tokens elsewhere = there.bean(Tokens.class);
    Issued issued = tokens.issue(ADMIN, "both", null);
    await().atMost(Duration.ofSeconds(1))
        .until(() -> elsewhere.lookup(issued.secret()) instanceof Lookup.Accepted);
    tokens.revoke(null, issued.id());
    await().atMost(Duration.ofSeconds(1))
        .until(() -> elsewhere.lookup(issued.secret()).equals(new Lookup.Refused(Reason.REVOKED)));
  }

  @Test
  void keepsTheSecretOutOfTheDatabaseAndOutOfEveryText() {
    Issued issued = tokens.issue(ADMIN, "hidden", null);
    String secret = issued.secret().substring(issued.secret().lastIndexOf('_') + 1);
    String row = JdbcClient.create(here.dataSource())
        .sql("SELECT t::text FROM tenants.management_token t WHERE id = ?").param(issued.id().value())
        .query(String.class).single();
    assertThat(row).contains("hidden").doesNotContain(secret);
    assertThat(issued.toString()).doesNotContain(secret);
    assertThat(tokens.list(null, null, 50).toString()).contains("hidden").doesNotContain(secret);
  }

  @Test
  void refusesANameThatSaysNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> tokens.issue(ADMIN, " ", null));
    assertThatIllegalArgumentException().isThrownBy(() -> tokens.issue(ADMIN, "n".repeat(101), null));
  }
}
