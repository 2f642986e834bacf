package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Packs.Order;
import dev.tollgate.billing.Packs.Pack;
import dev.tollgate.billing.Packs.Payment;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.Packs.Size;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrepaidPacksTest {

  private static final long DOLLAR = 1_000_000_000_000L;
  private static final Size MILLION = new Size.Tokens(1_000_000);

  private final House house = new House();

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  private Purchase buy(TenantId tenant, Size size, Payment payment, String reference) {
    return house.packs.buy(tenant, new Order(size, "USD", payment, reference));
  }

  private Pack bought(TenantId tenant, String reference) {
    return switch (buy(tenant, MILLION, Payment.RECORDED, reference)) {
      case Purchase.Bought bought -> bought.pack();
      case Purchase.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  private BigInteger account(TenantId tenant, String kind) {
    return house.jdbc.sql("""
        SELECT COALESCE(sum(CASE WHEN t.credit_account = a.id THEN t.amount ELSE -t.amount END), 0)
        FROM billing.account a JOIN billing.transfer t ON a.id IN (t.credit_account, t.debit_account)
        WHERE a.tenant_id = :tenant AND a.kind = :kind
        """).param("tenant", tenant.value()).param("kind", kind).query(BigDecimal.class).single()
        .toBigIntegerExact();
  }

  @Test
  void offersSellPackTokensAtTwentyPercentOffTheListPriceOfAnInputToken() {
    assertThat(house.packs.offers().stream().filter(offer -> offer.currency().equals("USD"))).hasSize(2)
        .allMatch(offer -> offer.picoPerPackToken() == 3_000_000 * 8 / 10)
        .allMatch(offer -> offer.months() == 12);
  }

  @Test
  void anOrderThatIsRepeatedBuysOnceAndAnotherUnderItsReferenceIsRefused() {
    TenantId tenant = house.paying(10 * DOLLAR);
    Purchase first = buy(tenant, MILLION, Payment.BALANCE, "a");
    house.time.move(Duration.ofHours(1));
    assertThat(buy(tenant, MILLION, Payment.BALANCE, "a")).isInstanceOfSatisfying(Purchase.Bought.class,
        again -> assertThat(first).isEqualTo(new Purchase.Bought(again.pack(), true)).isNotEqualTo(again));
    assertThat(buy(tenant, new Size.Tokens(2_000_000), Payment.BALANCE, "a"))
        .isEqualTo(new Purchase.Refused("reference", "was used for another order"));
    assertThat(house.packs.of(tenant)).hasSize(1);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(7_600_000_000_000L));
    assertThat(account(tenant, "PACK_REVENUE")).isEqualTo(BigInteger.valueOf(2_400_000_000_000L));
  }

  @Test
  void ordersUnderOneReferenceAtTheSameTimeBuyOnce() throws Exception {
    TenantId tenant = house.paying(100 * DOLLAR);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Purchase> order = () -> buy(tenant, MILLION, Payment.BALANCE, "a");
      for (var purchase : executor.invokeAll(IntStream.range(0, 8).mapToObj(i -> order).toList())) {
        assertThat(purchase.get()).isInstanceOf(Purchase.Bought.class);
      }
    }
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(97_600_000_000_000L));
  }

  @Test
  void creditDoesNotPayForAPack() {
    TenantId tenant = house.payAsYouGo(100 * DOLLAR);
    house.funding.topUp(tenant, "USD", 2_399_999_999_999L, "nearly");
    assertThat(buy(tenant, MILLION, Payment.BALANCE, "a")).isEqualTo(
        new Purchase.Refused("payment", "must be covered by the balance; credit does not pay for packs"));
    assertThat(house.packs.of(tenant)).isEmpty();
  }

  @Test
  void ordersThatNameNoReferenceAForeignCurrencyOrAnUnknownTenantAreRefused() {
    TenantId tenant = house.paying(0);
    assertThat(buy(tenant, MILLION, Payment.RECORDED, " "))
        .isEqualTo(new Purchase.Refused("reference", "must have 1 to 100 characters"));
    assertThat(house.packs.buy(tenant, new Order(MILLION, "XTS", Payment.RECORDED, "a"))).isEqualTo(
        new Purchase.Refused("currency",
            "must be that of the contract, USD, and one that such packs are sold in"));
    assertThat(buy(new TenantId(UUID.randomUUID()), MILLION, Payment.RECORDED, "a"))
        .isEqualTo(new Purchase.Refused("tenant", "must have a contract in force"));
  }

  @Test
  void aBalanceThatLiesIdleOnAnInstanceStillPays() {
    House.Instance instance = house.instance();
    TenantId tenant = house.paying(3 * DOLLAR);
    instance.request(tenant).hold(900_000, 1).release();
    assertThat(buy(tenant, MILLION, Payment.BALANCE, "a")).isInstanceOf(Purchase.Bought.class);
  }

  @Test
  void whatARunningRequestHoldsDoesNotPay() {
    House.Instance instance = house.instance();
    TenantId tenant = house.paying(3 * DOLLAR);
    var hold = instance.request(tenant).hold(900_000, 1);
    assertThat(buy(tenant, MILLION, Payment.BALANCE, "a")).isEqualTo(
        new Purchase.Refused("payment", "must be covered by the balance, which running requests hold"));
    hold.release();
  }

  @Test
  void everyInstanceDrawsOnAPackAsSoonAsItIsBought() {
    House.Instance one = house.instance();
    House.Instance other = house.instance();
    TenantId tenant = house.paying(DOLLAR);
    one.request(tenant).run(10, 0, 10);
    other.request(tenant).run(10, 0, 10);
    bought(tenant, "a");
    assertThat(one.request(tenant).run(200_000, 0, 50_000).packMillitokens()).isEqualTo(300_000_000);
    assertThat(other.request(tenant).run(200_000, 0, 50_000).packMillitokens()).isEqualTo(300_000_000);
  }

  /** As money does that is paid in meanwhile. */
  @Test
  void aPackThatIsBoughtWhileARequestRunsKeepsItGoing() {
    House.Instance instance = house.instance();
    TenantId tenant = house.paying(0);
    bought(tenant, "a");
    Request request = instance.request(tenant);
    Hold hold = request.hold(400_000, 300_000);
    house.time.move(Duration.ofSeconds(5));
    instance.funds.beat();
    bought(tenant, "b");
    assertThat(hold.extend(100_000)).isEqualTo(100_000);
    assertThat(Request.settled(hold, request.used(400_000, 0, 400_000)).packMillitokens())
        .isEqualTo(1_200_000_000);
    assertThat(house.packs.of(tenant)).extracting(Pack::leftMillitokens).containsExactly(0L, 800_000_000L);
  }

  @Test
  void aPackThatIsBoughtAfterAChangeOfContractServesWhatRanBeforeIt() {
    House.Instance instance = house.instance();
    TenantId tenant = house.paying(0);
    bought(tenant, "a");
    Request request = instance.request(tenant);
    Hold hold = request.hold(0, 500_000);
    house.jdbc
        .sql(
            """
                UPDATE billing.contract SET effective = '[2026-01-01,2026-11-15 12:00:03+00)' WHERE tenant_id = :tenant;
                INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
                VALUES (:tenant, 'pay-as-you-go', 'USD', 'UTC', 100000, '[2026-11-15 12:00:03+00,)')
                """)
        .param("tenant", tenant.value()).update();
    house.contracts.refresh(tenant);
    house.time.move(Duration.ofSeconds(5));
    instance.funds.beat();
    instance.request(tenant).run(0, 0, 100_000);
    bought(tenant, "b");
    assertThat(hold.extend(100)).isEqualTo(100);
    Request.settled(hold, request.used(0, 0, 500_100));
  }

  @Test
  void aPackServesAlsoWhereTheClockIsBehindTheOneThatItWasSoldBy() {
    House.Instance instance = house.instance();
    TenantId tenant = house.paying(0);
    bought(tenant, "a");
    house.jdbc.sql("""
        UPDATE billing.fund SET valid_from = valid_from + interval '3 seconds'
        WHERE tenant_id = :tenant AND kind = 'PACK'
        """).param("tenant", tenant.value()).update();
    assertThat(instance.request(tenant).run(100, 0, 100).packMillitokens()).isEqualTo(300_000);
  }

  @Test
  void expiryWritesOffTheRestOnceAndWhatARequestStillHoldsLater() {
    House.Instance instance = house.quietInstance(House.QUICK);
    instance.funds.beat();
    TenantId tenant = house.paying(0);
    Pack pack = bought(tenant, "a");
    house.time.moveTo(pack.validUntil().minusMillis(1));
    instance.funds.beat();
    assertThat(house.packs.expire()).isZero();
    var running = instance.request(tenant);
    var hold = running.hold(300_000, 50_000);
    house.time.moveTo(pack.validUntil());
    instance.funds.beat();
    instance.funds.recalled(tenant + " 7");
    assertThat(house.packs.expire() + house.packs.expire()).isPositive();
    assertThat(Request.settled(hold, running.used(200_000, 0, 50_000)).packMillitokens())
        .isEqualTo(300_000_000);
    instance.shutDown();
    assertThat(house.packs.expire()).isEqualTo(1);
    assertThat(house.packs.expire()).isZero();
    assertThat(account(tenant, "PACK_EXPIRED")).isEqualTo(BigInteger.valueOf(700_000_000));
    assertThat(account(tenant, "PACK_USED")).isEqualTo(BigInteger.valueOf(300_000_000));
    assertThat(house.packs.of(tenant)).singleElement()
        .satisfies(left -> assertThat(left.leftMillitokens()).isZero());
  }

  @Test
  void packsAreListedWithWhatTheyHaveLeftTheSoonestExpiryFirst() {
    TenantId tenant = house.paying(0);
    bought(tenant, "a");
    house.time.move(Duration.ofDays(1));
    bought(tenant, "b");
    assertThat(house.packs.of(tenant)).extracting(Pack::reference).containsExactly("a", "b");
    assertThat(house.packs.of(tenant)).extracting(Pack::validUntil)
        .containsExactly(Instant.parse("2027-11-15T12:00:00Z"), Instant.parse("2027-11-16T12:00:00Z"));
  }

  @Test
  void aCrashedInstanceLeavesThePackToTheOthers() {
    House.Instance survivor = house.quietInstance(House.QUICK);
    survivor.funds.beat();
    for (int i = 0; i < 7; i++) {
      house.time.move(Duration.ofSeconds(2));
      survivor.funds.beat();
    }
    House.Instance doomed = house.instance();
    TenantId tenant = house.paying(0);
    bought(tenant, "a");
    doomed.request(tenant).hold(900_000, 50_000);
    doomed.crash();
    house.silence(doomed);
    survivor.funds.beat();
    assertThat(survivor.request(tenant).run(900_000, 0, 50_000).packMillitokens()).isEqualTo(1_000_000_000);
  }

  @Test
  void whatAnotherInstanceHasIdleOfAPackIsDrawnBeforeMoney() {
    House.Instance one = house.instance();
    House.Instance other = house.instance();
    TenantId tenant = house.paying(1_000 * DOLLAR);
    bought(tenant, "a");
    one.request(tenant).hold(990_000, 1).release();
    assertThat(other.request(tenant).run(0, 0, 500_000).amountPico()).isZero();
    assertThat(other.request(tenant).run(0, 0, 10).amountPico()).as("only now the pack is empty")
        .isEqualTo(10 * 6_000_000);
  }

  @Test
  void aPackThatRunningRequestsHoldElsewhereIsPassedOverWithoutWaitingLong() {
    House.Instance one = house.instance();
    House.Instance other = house.instance();
    TenantId tenant = house.paying(1_000 * DOLLAR);
    bought(tenant, "a");
    one.request(tenant).hold(999_998, 1);
    assertThat(other.request(tenant).run(0, 0, 10).amountPico()).isEqualTo(10 * 6_000_000);
    long before = System.nanoTime();
    assertThat(other.request(tenant).run(0, 0, 10).amountPico()).isEqualTo(10 * 6_000_000);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).as("the others are not asked each time")
        .isLessThan(House.QUICK.patience());
  }

  @Test
  void whatAPackGetsBackAfterItWasPassedOverIsDrawnBeforeMoneyASecondLater() {
    House.Instance one = house.quietInstance(House.QUICK);
    House.Instance other = house.quietInstance(House.QUICK);
    one.beat();
    other.beat();
    TenantId tenant = house.paying(1_000 * DOLLAR);
    bought(tenant, "a");
    Hold running = one.request(tenant).hold(999_998, 1);
    // Until money is fetched ahead again, which it is not while others are short.
    for (int i = 0; i < 15; i++) {
      assertThat(other.request(tenant).run(0, 0, 100).packMillitokens()).isZero();
      other.funds.tick();
    }
    running.release();
    one.shutDown();
    assertThat(other.request(tenant).run(0, 0, 10).amountPico()).as("nobody waits for the pack")
        .isEqualTo(10 * 6_000_000);
    for (int tick = 0; tick < 5; tick++) {
      other.funds.tick();
    }
    assertThat(other.request(tenant).run(0, 0, 10).packMillitokens()).isEqualTo(20_000);
  }
}
