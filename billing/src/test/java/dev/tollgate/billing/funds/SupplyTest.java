package dev.tollgate.billing.funds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.Payer;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.funds.Provision.Cover;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.FundKind;
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

  private final TenantId tenant = new TenantId(new UUID(1, 1));
  private final Contract contract = new Contract(1, tenant, "any", "USD", ZoneOffset.UTC, 0, BigInteger.ZERO,
      0, 0, Instant.MIN, Instant.MAX, true, 0);
  private final TenantShare share = new TenantShare(tenant);
  private final ScriptedLeases leases = new ScriptedLeases();

  /** A turn of the refills takes place while a request waits for what another instance gives back. */
  @Test
  void aTurnOfTheRefillsIsNoDenialToARequestThatWaits() {
    var turn = new Fetch();
    var supply = new Supply(leases, (of, currency, limit, allowance, at) -> new Opened(
        List.of(new FundAccount(5, FundKind.MONEY, Instant.MIN, Instant.MAX)), List.of()),
        FundsSettings.DEFAULT, new Inline(turn));
    Provision provision = supply.provide(new Tenure(1, Long.MAX_VALUE), share, contract,
        Need.ofNew(new Payer(tenant, new ProjectId(new UUID(2, 1)), new ApiKeyId(new UUID(3, 1))), NOON,
            contract, 10, 10, new TokenPrices(3, 1, 6, 1, 2, 3)));
    assertThat(provision).isInstanceOfSatisfying(Cover.class,
        cover -> assertThat(cover.outputTokens()).isEqualTo(10));
    assertThat(leases.granted).containsExactly(0L, 0L, 90L);
  }

  /** The database has nothing free until another instance has given its share back. */
  private static final class ScriptedLeases implements Leases {

    private final List<Long> granted = new ArrayList<>();
    private boolean givenBack;

    @Override
    public List<Grant> grant(long epoch, List<Ask> asks) {
      long amount = givenBack ? asks.getFirst().need() : 0;
      granted.add(amount);
      return List.of(new Grant(5, amount, true, true));
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
    public void giveBack(long epoch, List<Share> shares) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Share> leased(long epoch, List<Long> accounts) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void recall(TenantId of) {}

    @Override
    public void retire(long epoch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Long> reclaim(Duration margin) {
      throw new UnsupportedOperationException();
    }
  }

  /** Runs what is started at once. After the second denial a turn begins, which ends when it is awaited. */
  private final class Inline implements Scheduling {

    private final Fetch turn;
    private int pauses;

    Inline(Fetch turn) {
      this.turn = turn;
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void start(Runnable task) {
      task.run();
    }

    @Override
    public void pause(Duration time) {
      if (++pauses == 2) {
        turn.markAsked();
        share.joinOrBegin(turn);
      }
    }

    @Override
    public boolean await(CompletableFuture<?> event, long atMostNanos) {
      if (!event.isDone()) {
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
