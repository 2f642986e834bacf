package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.Agreements.Agreement;
import dev.tollgate.billing.Commitments.Standing;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CommitmentTest {

  private static final long DOLLAR = 1_000_000_000_000L;
  private static final Instant NOVEMBER = Instant.parse("2026-11-01T00:00:00Z");
  private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");

  private final House house = new House();
  private final House.Instance instance = house.quietInstance(House.QUICK);
  private final TenantId tenant = new TenantId(UUID.randomUUID());

  @AfterEach
  void theBooksAgree() {
    try (house) {
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }

  private void enterprise(ZoneId zone, long tokens, Instant from) {
    house.funding.enterprise(tenant, new Agreement("USD", zone, tokens, 1_000 * DOLLAR), from);
    instance.funds.beat();
  }

  private Standing now() {
    return house.commitments.of(tenant, house.time.clock().instant()).getLast();
  }

  @Test
  void whatIsMissingFromACommitmentCostsTheDiscountedInputRate() {
    enterprise(ZoneOffset.UTC, 50_000_000, NOVEMBER);
    instance.request(tenant).run(9_000_000, 1_000_000, 10_000_000);
    Standing standing = now();
    assertThat(standing)
        .isEqualTo(new Standing(standing.contract(), NOVEMBER, DECEMBER, 50_000_000, 20_000_000,
            30_000_000, 2_100_000, House.usd(BigInteger.valueOf(63 * DOLLAR))));
  }

  @Test
  void aShortfallCostsNoLessWhereATimeBandHoldsAtTheMonthsEnd() {
    house.jdbc
        .sql(
            """
                INSERT INTO billing.time_band (model, region, currency, weekday, minutes, effective, discount_basis_points)
                SELECT '*', '*', 'USD', weekday, '[0,1440)', '[2026-01-01,)', 5000 FROM generate_series(1, 7) AS weekday
                """)
        .update();
    house.catalogue.refresh();
    enterprise(ZoneOffset.UTC, 50_000_000, NOVEMBER);
    assertThat(now().picoPerToken()).isEqualTo(2_100_000);
    assertThat(now().shortfall()).isEqualTo(House.usd(BigInteger.valueOf(105 * DOLLAR)));
    assertThat(instance.request(tenant).run(1_000_000, 0, 1).amountPico()).as("what is used is in the band")
        .isEqualTo(1_050_000 * 1_000_000L + 2_100_000);
  }

  @Test
  void usageBeyondTheCommitmentCostsTheSameRateAndLeavesNoShortfall() {
    enterprise(ZoneOffset.UTC, 50_000_000, NOVEMBER);
    assertThat(instance.request(tenant).run(50_000_000, 0, 1).amountPico())
        .isEqualTo(105 * DOLLAR + 4_200_000);
    assertThat(instance.request(tenant).run(1_000_000, 0, 1).amountPico()).isEqualTo(2_100_004_200_000L);
    assertThat(now().shortfallTokens()).isZero();
    assertThat(now().shortfall()).isEqualTo(House.usd(BigInteger.ZERO));
  }

  @ParameterizedTest
  @EnumSource(names = {"BACKEND_FAILED", "REQUEST_REFUSED"})
  void whatTheBackendFailedToAnswerOrRefusedDoesNotCount(Outcome outcome) {
    enterprise(ZoneOffset.UTC, 50_000_000, NOVEMBER);
    var request = instance.request(tenant);
    Request.settled(request.hold(1_000, 10), request.used(1_000, 0, 10, outcome));
    assertThat(now().usedTokens()).isZero();
  }

  @Test
  void theMonthIsThatOfTheTenantsZone() {
    enterprise(ZoneId.of("Pacific/Kiritimati"), 50_000_000, NOVEMBER);
    house.time.moveTo(Instant.parse("2026-11-30T09:59:59.999Z"));
    instance.funds.beat();
    instance.request(tenant).run(1_000, 0, 10);
    assertThat(now().usedTokens()).isEqualTo(1_010);
    house.time.moveTo(Instant.parse("2026-11-30T10:00:00Z"));
    instance.funds.beat();
    assertThat(now().usedTokens()).isZero();
    instance.request(tenant).run(2_000, 0, 20);
    assertThat(now().usedTokens()).isEqualTo(2_020);
  }

  @Test
  void aContractThatBeginsWithinTheMonthCommitsToItsPartOfIt() {
    house.funding.payAsYouGo(tenant, "USD", ZoneOffset.UTC, DOLLAR, NOVEMBER);
    instance.funds.beat();
    instance.request(tenant).run(50_000, 0, 10);
    enterprise(ZoneOffset.UTC, 60_000_000, Instant.parse("2026-11-16T00:00:00Z"));
    Standing standing = now();
    assertThat(standing.from()).isEqualTo(Instant.parse("2026-11-16T00:00:00Z"));
    assertThat(standing.committedTokens()).isEqualTo(30_000_000);
    assertThat(standing.usedTokens()).isZero();
  }

  @Test
  void tooSmallACommitmentAndAChangeInThePastAreRefused() {
    assertThatThrownBy(() -> enterprise(ZoneOffset.UTC, 49_999_999, NOVEMBER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("committedTokensPerMonth must be at least 50000000");
    enterprise(ZoneOffset.UTC, 50_000_000, NOVEMBER);
    assertThatThrownBy(() -> enterprise(ZoneOffset.UTC, 60_000_000, NOVEMBER.plusSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("in the past");
  }
}
