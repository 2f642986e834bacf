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
  private final House.Instance other = house.instance();

  LoweredLimitTest() {
    instance.beat();
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
    limitCredit(house.contracts, tenant, 150);
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
    running.extend(900);
    assertThat(agreedLimit(tenant)).isEqualTo(30 * OUTPUT);
    BigInteger most = BigInteger.valueOf(30 * OUTPUT + 100_000);
    await("no more is leased than the limit and the allowance")
        .until(() -> house.leased(tenant).compareTo(most) <= 0);
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
    return agreed(house.contracts);
  }

  private long agreedLimit(TenantId tenant) {
    return house.jdbc
        .sql("SELECT agreed_limit FROM billing.fund WHERE tenant_id = :tenant AND kind = 'MONEY'")
        .param("tenant", tenant.value()).query(Long.class).single();
  }

  @Test
  void anInstanceThatHasNotHeardOfACreditLimitDoesNotBringTheFormerOneBack() {
    TenantId tenant = withoutAllowance(1_000);
    limitCredit(new Contracts(house.pool), tenant, 150);
    instance.request(tenant).hold(0, 100);
    assertThat(other.request(tenant).hold(0, 100).coveredOutputTokens()).as("opened by who knows the former")
        .isEqualTo(50);
    limitCredit(new Contracts(house.pool), tenant, 250);
    house.funding.topUp(tenant, "USD", 10 * OUTPUT, "by who knows the first");
    assertThat(instance.request(tenant).hold(0, 200).coveredOutputTokens()).isEqualTo(110);
  }

  @Test
  void whatIsAtHandUnderAnEarlierContractGoesBackOnceThePlannedOneIsFound() {
    TenantId tenant = withoutAllowance(1_000);
    instance.request(tenant).run(0, 0, 100);
    assertThat(agreed(house.contracts).conclude(tenant, new Proposal("pay-as-you-go", "USD", ZoneOffset.UTC,
        150 * OUTPUT, 0, house.time.clock().instant().plusSeconds(1)))).isInstanceOf(Decision.Made.class);
    house.time.move(Duration.ofSeconds(1));
    assertThat(house.leased(tenant)).as("what it has at hand for the requests to come").isPositive();
    assertThat(other.request(tenant).hold(0, 100).coveredOutputTokens()).isEqualTo(50);
    await().until(() -> house.leased(tenant).equals(BigInteger.valueOf(50 * OUTPUT)));
    assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.INSUFFICIENT_BALANCE);
  }

  @Test
  void aRunningRequestOfAContractWithoutCreditDoesNotTakeThatOfTheNextOneAway() {
    TenantId tenant = house.payAsYouGo(0);
    Hold stream = instance.request(tenant).hold(0, 10);
    instance.request(tenant).run(99_989, 0, 1);
    conclude(tenant, 100);
    List.of(instance, other).forEach(each -> each.request(tenant).hold(0, 1));
    assertThat(stream.extend(5)).isEqualTo(5);
    assertThat(other.request(tenant).hold(0, 60).coveredOutputTokens()).isEqualTo(60);
  }

  private void limitCredit(Contracts known, TenantId tenant, long outputTokens) {
    assertThat(agreed(known).limitCredit(tenant, "USD", outputTokens * OUTPUT))
        .isInstanceOf(Decision.Made.class);
  }

  private void conclude(TenantId tenant, long outputTokens) {
    house.time.move(Duration.ofMillis(1));
    assertThat(agreed(house.contracts).conclude(tenant,
        new Proposal("pay-as-you-go", "USD", ZoneOffset.UTC, outputTokens * OUTPUT, 0, null)))
        .isInstanceOf(Decision.Made.class);
    house.time.move(Duration.ofMillis(1));
  }

  private AgreedContracts agreed(Contracts known) {
    return new AgreedContracts(house.pool, known, house.catalogue, house.accounts, house.time.clock());
  }

  /** On credit alone. */
  private TenantId withoutAllowance(long outputTokens) {
    TenantId tenant = house.payAsYouGo(outputTokens * OUTPUT);
    instance.request(tenant).run(99_999, 0, 1);
    return tenant;
  }
}
