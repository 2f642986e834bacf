package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TenantShareTest {

  private static final FundAccount MONEY = new FundAccount(1, FundKind.MONEY, Instant.MIN, Instant.MAX);
  private static final FundAccount PACK = new FundAccount(2, FundKind.PACK, Instant.EPOCH,
      Instant.ofEpochMilli(1_000));

  private final TenantId tenant = new TenantId(new UUID(1, 1));
  private final Contract contract = new Contract(1, tenant, "any", "USD", ZoneOffset.UTC, 0, BigInteger.ZERO,
      0, 0, Instant.MIN, Instant.MAX, true, 0);
  private final TenantShare share = new TenantShare(tenant);

  private void open(long atMillis, FundAccount... funds) {
    share.open(contract, new Opened(List.of(funds), List.of(), false), atMillis, atMillis, atMillis + 1_000);
  }

  @Test
  void aFundThatMayHaveBeenLeasedUnheardIsGivenBackAlsoAfterItExpired() {
    open(0, PACK, MONEY);
    share.doubt();
    open(1_000, MONEY);
    assertThat(share.accounts()).contains(PACK.account());
    share.correct(share.correctable(), Map.of(PACK.account(), 1_400L));
    assertThat(share.removeIdle(0, 15)).containsExactly(new Share(PACK.account(), 1_400));
  }

  @Test
  void aFundThatExpiredAndHasNothingLeasedIsForgotten() {
    open(0, PACK, MONEY);
    open(1_000, MONEY);
    assertThat(share.accounts()).containsExactly(MONEY.account());
  }
}
