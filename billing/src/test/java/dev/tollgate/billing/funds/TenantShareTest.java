package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Payer;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.leases.Leases.Share;
import dev.tollgate.billing.leases.Leases.Standing;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.pricing.TokenPrices;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    share.correct(Map.of(PACK.account(), new Standing(PACK.account(), BigInteger.valueOf(1_400), 1_400)));
    assertThat(share.removeIdle(0, 15)).containsExactly(new Share(PACK.account(), 1_400));
  }

  /** A busy tenant always settles something: what it does not know must not have to wait for a moment without. */
  @Test
  void whatLostAnswersGrantedIsKnownAlsoWhileSettlementsAreUnderWay() {
    open(0, MONEY);
    share.add(List.of(new Grant(MONEY.account(), 1_000, false, false, 0, BigInteger.valueOf(1_000))));
    Claim first = claim(600);
    Bill bill = bill(600);
    share.beginSettling(first, bill);
    share.doubt();
    // 500 were granted unheard, and 600 are drawn of which this instance hears later.
    share.correct(Map.of(MONEY.account(), new Standing(MONEY.account(), BigInteger.valueOf(1_500), 900)));
    assertThat(share.isInDoubt()).isFalse();
    assertThat(granted()).isEqualTo(1_500);
    share.endSettling(first, bill, bill);
    assertThat(granted()).isEqualTo(900);

    assertThat(share.removeIdle(0, 15)).containsExactly(new Share(MONEY.account(), 900));
    share.doubt();
    // The return did not come through.
    share.correct(Map.of(MONEY.account(), new Standing(MONEY.account(), BigInteger.valueOf(1_500), 900)));
    assertThat(granted()).isEqualTo(900);
  }

  /** It was forgotten when it was empty, and its first grant since is in doubt. */
  @Test
  void whatWasDrawnOfAFundBeforeItWasForgottenIsNotAtHandAgain() {
    open(0, MONEY);
    share.doubt();
    share.correct(Map.of(MONEY.account(), new Standing(MONEY.account(), BigInteger.valueOf(5_000), 70)));
    assertThat(granted()).isEqualTo(70);
    share.add(List.of(new Grant(MONEY.account(), 30, false, false, 0, BigInteger.valueOf(5_030))));
    share.doubt();
    share.correct(Map.of(MONEY.account(), new Standing(MONEY.account(), BigInteger.valueOf(5_030), 100)));
    assertThat(granted()).isEqualTo(100);
  }

  private Claim claim(long amount) {
    share.enter();
    var need = Need.ofNew(new Payer(tenant, new ProjectId(new UUID(2, 1)), new ApiKeyId(new UUID(3, 1))),
        Instant.EPOCH, contract, 0, amount, new TokenPrices(1, 1, 1, 1, 2, 3));
    return Objects.requireNonNull(share.take(contract, need, false)).claim();
  }

  private static Bill bill(long amount) {
    return Bill.of(List.of(
        new Line(TokenClass.OUTPUT, MONEY.account(), FundKind.MONEY, amount, 1, 1, amount)));
  }

  private long granted() {
    return share.shares().stream().mapToLong(AccountShare::granted).sum();
  }

  @Test
  void aFundThatExpiredAndHasNothingLeasedIsForgotten() {
    open(0, PACK, MONEY);
    open(1_000, MONEY);
    assertThat(share.accounts()).containsExactly(MONEY.account());
  }
}
