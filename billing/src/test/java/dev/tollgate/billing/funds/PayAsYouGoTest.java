package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PayAsYouGoTest {

  private static final long DOLLAR = 1_000_000_000_000L;

  private static House house;
  private static House.Instance instance;

  @BeforeAll
  static void open() {
    house = new House();
    instance = house.instance();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @AfterEach
  void theBooksAgree() {
    assertThat(house.reconciliation.differences()).isEmpty();
  }

  @Test
  void tenMillionInputAndTenMillionOutputTokensCostNinetyDollars() {
    TenantId tenant = house.paying(90 * DOLLAR);
    Receipt receipt = instance.request(tenant).run(10_000_000, 0, 10_000_000);
    assertThat(receipt.amountPico()).isEqualTo(90 * DOLLAR);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.ZERO);
    assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.INSUFFICIENT_BALANCE);
  }

  @Test
  void theFreeAllowanceEndsInsideARequestAndMoneyPaysTheRest() {
    TenantId tenant = house.payAsYouGo(DOLLAR);
    instance.request(tenant).run(99_000, 0, 500);
    Receipt receipt = instance.request(tenant).run(400, 0, 600);
    assertThat(receipt.freeTokens()).isEqualTo(500);
    assertThat(receipt.amountPico()).isEqualTo(500 * 6_000_000L);
    assertThat(house.balances.of(tenant).freeTokensLeft()).isZero();
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(-500 * 6_000_000L));
  }

  @Test
  void cachedTokensArePricedOnceAndAsCached() {
    TenantId tenant = house.paying(DOLLAR);
    Receipt receipt = instance.request(tenant).run(100, 900, 10);
    assertThat(receipt.amountPico()).isEqualTo(100 * 3_000_000L + 900 * 300_000L + 10 * 6_000_000L);
  }

  @ParameterizedTest
  @EnumSource(names = {"BACKEND_FAILED", "REQUEST_REFUSED"})
  void whatTheBackendFailedToAnswerOrRefusedIsRecordedAndNotBilled(Outcome outcome) {
    TenantId tenant = house.payAsYouGo(0);
    var request = instance.request(tenant);
    Receipt receipt = Request.settled(request.hold(1_000, 100),
        request.used(1_000, 0, 50, outcome));
    assertThat(receipt.amountPico()).isZero();
    assertThat(receipt.freeTokens()).isZero();
    assertThat(house.usageRows(tenant)).isEqualTo(1);
    assertThat(house.balances.of(tenant).freeTokensLeft()).isEqualTo(100_000);
  }

  @Test
  void aRepeatedSettlementBillsOnceWhateverItsTime() {
    TenantId tenant = house.paying(DOLLAR);
    var first = instance.request(tenant);
    Receipt receipt = first.run(100, 0, 10);
    house.time.move(Duration.ofHours(1));
    instance.funds.beat();
    Receipt repeated = instance.request(tenant).withId(first.id()).run(500, 0, 70);
    assertThat(repeated).isEqualTo(receipt);
    assertThat(house.usageRows(tenant)).isEqualTo(1);
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(DOLLAR - receipt.amountPico()));
  }

  @Test
  void aHoldGrowsWhileFundsLastAndThenCoversWhatIsLeft() {
    TenantId tenant = house.paying(1_000 * 6_000_000L);
    Hold hold = instance.request(tenant).hold(0, 600);
    assertThat(hold.extend(300)).isEqualTo(300);
    assertThat(hold.extend(300)).isEqualTo(100);
    assertThat(hold.extend(300)).isZero();
    assertThat(hold.coveredOutputTokens()).isEqualTo(1_000);
    hold.release();
    assertThat(instance.request(tenant).hold(0, 5_000).coveredOutputTokens()).isEqualTo(1_000);
  }

  @Test
  void aTenantWithoutContractIsRefused() {
    assertThat(instance.request(new TenantId(UUID.randomUUID())).refusal(1, 1))
        .isEqualTo(Refusal.NO_CONTRACT);
  }

  @Test
  void aTopUpCountsOncePerReference() {
    TenantId tenant = house.paying(DOLLAR);
    house.funding.topUp(tenant, "USD", DOLLAR, "first");
    house.funding.topUp(tenant, "USD", 2 * DOLLAR, "second");
    assertThat(house.balance(tenant)).isEqualTo(BigInteger.valueOf(3 * DOLLAR));
  }

  @Test
  void usageIsReportedByDayAndModel() {
    TenantId tenant = house.paying(DOLLAR);
    var request = instance.request(tenant);
    request.run(100, 50, 10);
    var rows = house.reports.ofKey(tenant, request.payer().key(), Instant.parse("2026-11-15T00:00:00Z"),
        Instant.parse("2026-11-16T00:00:00Z"));
    assertThat(rows).singleElement().satisfies(row -> {
      assertThat(row.day()).isEqualTo(Instant.parse("2026-11-15T00:00:00Z"));
      assertThat(row.requests()).isEqualTo(1);
      assertThat(row.usage().cachedInputTokens()).isEqualTo(50);
      assertThat(row.amount())
          .isEqualTo(House.usd(BigInteger.valueOf(100 * 3_000_000L + 50 * 300_000L + 10 * 6_000_000L)));
    });
  }
}
