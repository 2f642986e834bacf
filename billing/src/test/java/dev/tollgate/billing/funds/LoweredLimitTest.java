package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.billing.Budgets.Subject;
import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.TenantContracts.Proposal;
import dev.tollgate.billing.contracts.AgreedContracts;
import dev.tollgate.billing.contracts.ContractFunding;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Recall;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an instance has at hand beyond a limit that was lowered goes back, also if nobody told it. */
class LoweredLimitTest {

  private static final long OUTPUT = 6_000_000;

  private final House house = new House();
  /** It gives nothing back by itself, however long that idles. */
  private final House.Instance instance = house.quietInstance(House.QUICK);

  LoweredLimitTest() {
    instance.beat();
    house.instance();
  }

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  private void awaitNothingLeased(TenantId tenant) {
    await().until(() -> house.leased(tenant).signum() == 0);
  }

  private void cap(TenantId tenant, long outputTokens) {
    house.budgets.set(tenant, new Subject.OfTenant(), House.usd(BigInteger.valueOf(outputTokens * OUTPUT)));
  }

  @Test
  void aCapThatWasLoweredUnheardIsFollowedOnceAnnouncementsMayHaveBeenMissed() {
    TenantId tenant = house.paying(1_000_000 * OUTPUT);
    cap(tenant, 1_000);
    // Before it leases anything: what the first cap announces may come late, and would have it given back.
    instance.goDeaf();
    instance.request(tenant).run(0, 0, 100);
    cap(tenant, 150);
    assertThat(house.leased(tenant)).as("what it has at hand for the requests to come").isPositive();
    instance.funds.recallMissed();
    awaitNothingLeased(tenant);
    assertThat(instance.request(tenant).hold(0, 100).coveredOutputTokens()).isEqualTo(50);
  }

  @Test
  void onlyWhatIsLeasedBeyondALimitIsRecalled() {
    TenantId beyond = house.paying(1_000_000 * OUTPUT);
    TenantId within = house.paying(1_000_000 * OUTPUT);
    List.of(beyond, within).forEach(tenant -> cap(tenant, 1_000));
    instance.goDeaf();
    List.of(beyond, within, house.paying(1_000_000 * OUTPUT))
        .forEach(tenant -> instance.request(tenant).run(0, 0, 100));
    cap(beyond, 150);
    cap(within, 900);
    Leases leases = Leases.inDatabase(house.pool);
    long epoch = Objects.requireNonNull(instance.funds.membership().tenure()).epoch();
    long before = leases.recall(within);
    assertThat(leases.recallOverleased(epoch)).containsExactly(new Recall(beyond, before + 1));
  }

  @Test
  void aLowerCreditLimitHoldsAtOnceForWhatInstancesHaveAtHand() {
    TenantId tenant = house.payAsYouGo(1_000 * OUTPUT);
    instance.request(tenant).run(99_999, 0, 1);
    instance.request(tenant).run(0, 0, 100);
    assertThat(contracts().limitCredit(tenant, "USD", 150 * OUTPUT)).isInstanceOf(Decision.Made.class);
    awaitNothingLeased(tenant);
    assertThat(instance.request(tenant).hold(0, 100).coveredOutputTokens()).isEqualTo(50);
  }

  /** Its process slept, say: it must not hold anything, but it can give back. */
  @Test
  void whatIsLeasedUnderATenureThatIsRenewedTooLateGoesBackWhenOthersAskForIt() {
    TenantId tenant = house.paying(1_000 * OUTPUT);
    instance.request(tenant).run(0, 0, 100);
    house.time.move(Duration.ofSeconds(9));
    assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.UNAVAILABLE);
    assertThat(house.leased(tenant)).isPositive();
    Leases.inDatabase(house.pool).recall(tenant);
    awaitNothingLeased(tenant);
  }

  /** It has the contract of when it came. */
  @Test
  void aRunningRequestDoesNotBringBackTheLimitOfAContractThatHasEnded() {
    TenantId tenant = house.payAsYouGo(1_000 * OUTPUT);
    Hold running = instance.request(tenant).hold(100_000, 10);
    house.time.move(Duration.ofSeconds(1));
    var fresh = new Proposal("pay-as-you-go", "USD", ZoneOffset.UTC, 30 * OUTPUT, 0, null);
    assertThat(contracts().conclude(tenant, fresh)).isInstanceOf(Decision.Made.class);
    instance.request(tenant).run(0, 0, 1);
    assertThat(agreedLimit(tenant)).isEqualTo(30 * OUTPUT);
    BigInteger before = house.leased(tenant);
    running.extend(900);
    assertThat(agreedLimit(tenant)).isEqualTo(30 * OUTPUT);
    assertThat(house.leased(tenant)).as("nothing more is leased").isLessThanOrEqualTo(before);
  }

  /** Whoever takes the money in may know an older contract. */
  @Test
  void aTopUpLeavesALoweredCreditLimitAsItIs() {
    TenantId tenant = house.payAsYouGo(1_000 * OUTPUT);
    instance.request(tenant).run(0, 0, 1);
    var old = new Contracts(house.pool);
    old.refresh();
    assertThat(contracts().limitCredit(tenant, "USD", 30 * OUTPUT)).isInstanceOf(Decision.Made.class);
    new ContractFunding(house.pool, old, house.catalogue, house.accounts, house.time.clock())
        .topUp(tenant, "USD", OUTPUT, "late");
    assertThat(agreedLimit(tenant)).isEqualTo(30 * OUTPUT);
  }

  private AgreedContracts contracts() {
    return new AgreedContracts(house.pool, house.contracts, house.catalogue, house.accounts,
        house.time.clock());
  }

  private long agreedLimit(TenantId tenant) {
    return house.jdbc
        .sql("SELECT agreed_limit FROM billing.fund WHERE tenant_id = :tenant AND kind = 'MONEY'")
        .param("tenant", tenant.value()).query(Long.class).single();
  }
}
