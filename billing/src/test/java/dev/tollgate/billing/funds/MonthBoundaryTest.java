package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MonthBoundaryTest {

  @ParameterizedTest(name = "in {0}")
  @CsvSource({"UTC, 2026-12-01T00:00:00Z", "Pacific/Kiritimati, 2026-11-30T10:00:00Z",
      "-12:00, 2026-12-01T12:00:00Z"})
  void theAllowanceStartsAnewAtTheTenantsMidnightAndWhatWasHeldBeforeIsStillSettled(ZoneId zone,
      Instant boundary) {
    try (var house = new House()) {
      House.Instance instance = house.instance();
      TenantId tenant = house.payAsYouGo(0, zone);
      house.time.moveTo(boundary.minusMillis(1));
      instance.funds.beat();
      instance.request(tenant).run(90_000, 0, 9_000);
      var last = instance.request(tenant);
      Hold heldBefore = last.hold(400, 600);
      assertThat(instance.request(tenant).refusal(0, 1)).isEqualTo(Refusal.INSUFFICIENT_BALANCE);

      house.time.moveTo(boundary);
      assertThat(house.balances.of(tenant).freeTokensLeft()).isEqualTo(100_000);
      Hold whole = instance.request(tenant).hold(0, 100_000);
      assertThat(whole.coveredOutputTokens()).isEqualTo(100_000);
      Receipt receipt = Request.settled(heldBefore, last.used(400, 0, 600));
      assertThat(receipt.freeTokens()).isEqualTo(1_000);
      assertThat(house.balances.of(tenant).freeTokensLeft()).isEqualTo(100_000);
      whole.release();
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }
}
