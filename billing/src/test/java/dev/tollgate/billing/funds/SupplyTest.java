package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Payer;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.funds.Provision.Cover;
import dev.tollgate.billing.funds.Provision.Shortage;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Slice;
import dev.tollgate.billing.pricing.TokenPrices;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SupplyTest {

  private static final Instant NOON = Instant.parse("2026-11-15T12:00:00Z");
  private static final long PATIENCE_MILLIS = FundsSettings.DEFAULT.patience().toMillis();

  private final TenantId tenant = new TenantId(new UUID(1, 1));
  private final Contract contract = new Contract(1, tenant, "any", "USD", ZoneOffset.UTC, 0, BigInteger.ZERO,
      0, 0, Instant.MIN, Instant.MAX, true, 0);
  private final TenantShare share = new TenantShare(tenant);
  private final ScriptedLeases leases = new ScriptedLeases();
  private final Inline scheduling = new Inline();

  /** A turn of the refills takes place while a request waits for what another instance gives back. */
  @Test
  void aTurnOfTheRefillsIsNoDenialToARequestThatWaits() {
    scheduling.turn = new Fetch();
    assertThat(provide()).isInstanceOfSatisfying(Cover.class,
        cover -> assertThat(cover.outputTokens()).isEqualTo(10));
    assertThat(leases.granted).containsExactly(0L, 0L, 90L);
  }

  @Test
  void whereAllOthersSayThatTheyNeedWhatTheyHaveTheRefusalDoesNotWait() {
    leases.answersBy = 20;
    assertThat(provide()).isEqualTo(new Shortage(Refusal.INSUFFICIENT_BALANCE));
    assertThat(scheduling.millis).isBetween(20L, 50L);
  }

  @Test
  void whereAnotherDoesNotAnswerFundsAreNotSaidToBeMissing() {
    leases.answersBy = Long.MAX_VALUE;
    assertThat(provide()).isEqualTo(new Shortage(Refusal.UNAVAILABLE));
    assertThat(scheduling.millis).isBetween(PATIENCE_MILLIS, PATIENCE_MILLIS + 20);
    assertThat(leases.recalls).as("asked again where the first may have got lost").isGreaterThan(1);
  }

  @Test
  void whatAnotherSaidBeforeTheRequestCameSaysNothing() {
    leases.answersBy = Long.MAX_VALUE;
    leases.recalls = 9;
    share.recalled(9, -1);
    leases.answered = 9;
    assertThat(provide()).isEqualTo(new Shortage(Refusal.UNAVAILABLE));
  }

  /** Of the month before there is money at hand, which this month's budgets would not cap. */
  @Test
  void theFirstRequestOfAMonthThatJoinsAnExchangeIsServedByItsOwnMonthOnly() {
    long midnight = Instant.parse("2026-11-01T00:00:00Z").toEpochMilli();
    share.open(contract,
        new Opened(List.of(new FundAccount(4, FundKind.MONEY, Instant.MIN, Instant.MAX)), List.of(),
            false),
        midnight - 1, midnight - 2, midnight);
    share.add(List.of(new Grant(4, 10_000, false, false, 0, BigInteger.valueOf(10_000))));
    scheduling.turn = new Fetch();
    scheduling.turn.markAsked();
    share.joinOrBegin(scheduling.turn);
    assertThat(provide()).isInstanceOfSatisfying(Cover.class,
        cover -> assertThat(cover.claim().output()).extracting(Slice::account).containsExactly(5L));
    assertThat(leases.granted).containsExactly(90L);
  }

  private Provision provide() {
    var supply = new Supply(leases, (of, currency, allowance, at) -> new Opened(
        List.of(new FundAccount(5, FundKind.MONEY, Instant.MIN, Instant.MAX)), List.of(), false),
        FundsSettings.DEFAULT, scheduling);
    return supply.provide(new Tenure(1, Long.MAX_VALUE), share, contract,
        Need.ofNew(new Payer(tenant, new ProjectId(new UUID(2, 1)), new ApiKeyId(new UUID(3, 1))), NOON,
            contract, 10, 10, new TokenPrices(3, 1, 6, 1, 2, 3)));
  }

  /** The database has nothing free until another instance has given its share back. */
  private final class ScriptedLeases implements Leases {

    private final List<Long> granted = new ArrayList<>();
    private long answersBy = Long.MAX_VALUE;
    private long answered;
    private long recalls;
    private boolean givenBack;

    @Override
    public List<Grant> grant(long epoch, long number, List<Ask> asks) {
      long amount = givenBack ? asks.getFirst().need() : 0;
      granted.add(amount);
      return List.of(new Grant(5, amount, true, true, scheduling.millis >= answersBy ? recalls : answered,
          BigInteger.valueOf(granted.stream().mapToLong(Long::longValue).sum())));
    }

    @Override
    public long register(UUID instance, Duration timeToLive) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean renew(long epoch, Duration timeToLive) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void giveBack(long epoch, long number, List<Share> shares, long answering) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Standing> supersede(long epoch, long number, List<Long> accounts) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long recall(TenantId of) {
      return ++recalls;
    }

    @Override
    public List<Recall> recallOverleased(long epoch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void retire(long epoch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Long> reclaim(Duration margin) {
      throw new UnsupportedOperationException();
    }
  }

  /**
   * Runs what is started at once; only pauses take time. If there is a turn, it begins after the second denial and ends
   * when it is awaited.
   */
  private final class Inline implements Scheduling {

    private @Nullable Fetch turn;
    private int pauses;
    private long millis;

    @Override
    public long nanos() {
      return Duration.ofMillis(millis).toNanos();
    }

    @Override
    public void start(Runnable task) {
      task.run();
    }

    @Override
    public void pause(Duration time) {
      millis += time.toMillis();
      if (++pauses == 2 && turn != null) {
        turn.markAsked();
        share.joinOrBegin(turn);
      }
    }

    @Override
    public boolean await(CompletableFuture<?> event, long atMostNanos) {
      if (!event.isDone() && turn != null) {
        leases.givenBack = true;
        share.end(turn);
        turn.complete(Fetch.Answer.NONE);
      }
      return event.isDone();
    }

    @Override
    public CompletableFuture<Void> startThread(String name, Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Timer every(String name, Duration pause, Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void limit(CompletableFuture<?> event, Duration time) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> @Nullable T take(BlockingQueue<T> queue, Duration atMost) {
      throw new UnsupportedOperationException();
    }
  }
}
