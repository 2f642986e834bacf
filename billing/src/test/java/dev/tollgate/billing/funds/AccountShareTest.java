package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.FundKind;
import java.math.BigInteger;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AccountShareTest {

  private static final int TICKS_AHEAD = 15;

  private final FundShare share = new FundShare(
      new FundAccount(5, FundKind.MONEY, Instant.MIN, Instant.MAX), "USD");

  @Test
  void demandThatHasEndedIsForgottenToTheLastUnit() {
    for (int i = 0; i < 20; i++) {
      share.hold(1_000_003);
      share.release(1_000_003);
      share.tick();
    }
    assertThat(share.target(TICKS_AHEAD)).isGreaterThan(10_000_000);
    for (int i = 0; i < 2_000; i++) {
      share.tick();
    }
    assertThat(share.target(TICKS_AHEAD)).isZero();
  }

  @Test
  void whatIdlesIsGivenBackAndNotFetchedAgain() {
    share.add(new Grant(5, 900, false, false, 0, BigInteger.valueOf(900)));
    share.hold(100);
    share.release(100);
    for (int i = 0; i < 30; i++) {
      share.tick();
    }
    assertThat(share.surplus(0, 25, TICKS_AHEAD)).isEqualTo(900);
    assertThat(share.target(TICKS_AHEAD)).isZero();
  }
}
