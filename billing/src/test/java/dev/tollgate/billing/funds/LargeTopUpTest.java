package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.TopUps.Received;
import dev.tollgate.billing.contracts.ReceivedTopUps;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** Sums of money that no {@code long} of pico-units holds. */
class LargeTopUpTest {

  private static final BigInteger DOLLAR = BigInteger.TEN.pow(12);

  @Test
  void aLargeSumIsPaidInOnceAndSpentLikeASmallOne() {
    try (House house = new House()) {
      House.Instance instance = house.quietInstance(House.QUICK);
      TenantId tenant = house.paying(0);
      var topUps = new ReceivedTopUps(house.pool, house.funding, house.contracts, house.time.clock());
      BigInteger sum = DOLLAR.multiply(BigInteger.valueOf(12_000_000));
      for (boolean first : new boolean[]{true, false}) {
        assertThat(topUps.receive(tenant, "USD", sum, "bank-1"))
            .isInstanceOfSatisfying(Decision.Made.class,
                made -> assertThat(((Received) made.value()).first()).isEqualTo(first));
      }
      assertThat(topUps.receive(tenant, "USD", Money.MOST_AT_ONCE, "bank-2"))
          .isInstanceOf(Decision.Made.class);
      assertThat(topUps.receive(tenant, "USD", Money.MOST_AT_ONCE.add(BigInteger.ONE), "bank-3"))
          .isEqualTo(Decision.refused("amount", "must be at most 100000000000000"));
      instance.funds.beat();
      instance.request(tenant).run(1_000_000, 0, 1_000_000);
      assertThat(house.balances.of(tenant).balance())
          .isEqualTo(House.usd(sum.add(Money.MOST_AT_ONCE).subtract(DOLLAR.multiply(BigInteger.valueOf(9)))));
      assertThat(house.reconciliation.differences()).isEmpty();
    }
  }
}
