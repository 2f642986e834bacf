package dev.tollgate.billing.funds;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations.HoldRequest;
import dev.tollgate.billing.Reservations.Refusal;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.catalog.PriceBook;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.funds.Provision.Cover;
import dev.tollgate.billing.funds.Provision.Shortage;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Pricing;
import dev.tollgate.billing.pricing.Slice;
import dev.tollgate.billing.pricing.TokenPrices;
import dev.tollgate.billing.settlement.Settlement;
import dev.tollgate.billing.settlement.Settlements;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A hold of one running request on this instance's share. */
final class RunningHold implements Hold {

  /** Keeps a stream that still has cover from waiting for a database that did not answer just now. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(500);

  private final LeasedReservations reservations;
  private final HoldRequest request;
  private final Contract contract;
  private final Tenure tenure;
  private final TenantShare share;
  private final Claim claim;
  private PriceBook book;
  private TokenPrices prices;
  private long covered;
  private @Nullable Refusal shortage;
  private boolean mayExtendLater;
  private long askAgainNanos;
  private boolean checkpointed;
  private long reported;
  private boolean ended;
  private @Nullable CompletableFuture<Receipt> settlement;

  RunningHold(LeasedReservations reservations, HoldRequest request, Contract contract, Tenure tenure,
      TenantShare share, PriceBook book, TokenPrices prices, Cover cover) {
    this.reservations = reservations;
    this.request = request;
    this.contract = contract;
    this.tenure = tenure;
    this.share = share;
    this.book = book;
    this.prices = prices;
    this.claim = cover.claim();
    this.covered = cover.outputTokens();
  }

  @Override
  public long coveredOutputTokens() {
    return covered;
  }

  @Override
  public long extend(long more) {
    if (more < 1) {
      throw new IllegalArgumentException("A hold is extended by at least one token");
    }
    if (ended || !reservations.isInForce(tenure)) {
      shortage = Refusal.UNAVAILABLE;
      mayExtendLater = !ended && reservations.mayComeBack(tenure);
      return 0;
    }
    if (mayExtendLater && reservations.scheduling().nanos() - askAgainNanos < 0) {
      return 0;
    }
    followPrices();
    Instant now = reservations.clock().instant();
    Contract present = reservations.presentOf(contract, now);
    Need need = Need.ofRunning(request.payer(), request.arrivedAt(),
        present.isInForceAt(now) ? now : request.arrivedAt(), contract, more, prices, claim.budgets());
    return switch (reservations.provide(tenure, share, present, need)) {
      case Cover cover -> {
        shortage = null;
        mayExtendLater = false;
        for (Slice slice : cover.claim().output()) {
          append(slice);
          covered = Math.addExact(covered, slice.tokens());
        }
        yield cover.outputTokens();
      }
      case Shortage(Refusal reason) -> {
        shortage = reason;
        mayExtendLater = reason == Refusal.UNAVAILABLE;
        askAgainNanos = reservations.scheduling().nanos() + ASK_AGAIN.toNanos();
        yield 0;
      }
    };
  }

  @Override
  public boolean mayExtendLater() {
    return mayExtendLater;
  }

  @Override
  public @Nullable Refusal shortage() {
    return shortage;
  }

  @Override
  public CompletionStage<Receipt> settle(Consumption consumption) {
    if (ended) {
      CompletableFuture<Receipt> earlier = settlement;
      return earlier != null
          ? earlier
          : CompletableFuture.failedFuture(new IllegalStateException("The hold was released"));
    }
    Bill bill = bill(consumption);
    var durable = new CompletableFuture<Receipt>();
    ended = true;
    settlement = durable;
    share.beginSettling(claim, bill);
    reservations.scheduling().limit(durable, reservations.settings().settlementLimit());
    reservations.settlements().submit(settlement(consumption, bill), new Ending(bill, durable));
    return durable;
  }

  @Override
  public void checkpoint(Consumption soFar) {
    if (!ended) {
      checkpointed = true;
      reported = Math.max(reported, soFar.usage().outputTokens());
      reservations.settlements().checkpoint(settlement(soFar, bill(soFar)));
    }
  }

  private Settlement settlement(Consumption consumption, Bill bill) {
    return new Settlement(request.id(), request.payer(), contract.id(), contract.currency(), request.model(),
        request.region(), request.arrivedAt(), tenure.epoch(), consumption, bill, claim.budgets());
  }

  @Override
  public void release() {
    if (!ended) {
      if (checkpointed) {
        throw new IllegalStateException("A request with a checkpoint is settled, not released");
      }
      ended = true;
      share.release(claim);
      reservations.leave();
    }
  }

  long epoch() {
    return tenure.epoch();
  }

  Claim claim() {
    return claim;
  }

  private Bill bill(Consumption consumption) {
    Usage usage = consumption.usage();
    if (usage.outputTokens() > covered || usage.promptTokens() > request.inputTokens()) {
      throw new IllegalArgumentException("The consumption " + usage + " is more than the hold covers");
    }
    if (!consumption.outcome().isBilled()) {
      return Bill.NOTHING;
    }
    return Pricing.bill(usage, pricesAt(consumption.completedAt().toEpochMilli()), claim.input(),
        claim.output());
  }

  /** The prices when the request completed; where the book has none any more, those that it was held at. */
  private TokenPrices pricesAt(long millis) {
    TokenPrices list = reservations.prices()
        .timeline(contract.currency(), request.model(), request.region()).at(millis);
    return list == null ? prices : list.discounted(contract.discountBasisPoints());
  }

  /** A price that changed since the last hold counts for what is held from now on. */
  private void followPrices() {
    PriceBook current = reservations.prices();
    if (current != book) {
      book = current;
      TokenPrices changed = reservations.dearest(current, contract, request,
          reservations.clock().millis());
      if (changed != null) {
        prices = changed;
      }
    }
  }

  /**
   * Keeps the drawing order also where a fund that comes first had something left again, but for what a checkpoint says
   * was drawn: that may be billed already, and the answer's end must not say otherwise.
   */
  private void append(Slice slice) {
    List<Slice> output = claim.output();
    int position = output.size();
    long before = covered;
    while (position > 0 && before > reported
        && output.get(position - 1).kind().compareTo(slice.kind()) > 0) {
      Slice later = output.get(--position);
      before -= later.tokens();
      if (before < reported) {
        output.set(position, later.of(reported - before));
        output.add(++position, later.of(later.tokens() - (reported - before)));
        before = reported;
      }
    }
    if (position > 0 && slice.continues(output.get(position - 1))) {
      output.set(position - 1, output.get(position - 1).plus(slice.tokens()));
    } else {
      output.add(position, slice);
    }
  }

  private final class Ending implements Settlements.Outcome {

    private final Bill bill;
    private final CompletableFuture<Receipt> durable;
    private volatile boolean kept;

    Ending(Bill bill, CompletableFuture<Receipt> durable) {
      this.bill = bill;
      this.durable = durable;
    }

    @Override
    public void kept(Receipt receipt) {
      kept = true;
      reservations.leave();
      durable.complete(receipt);
    }

    @Override
    public void settled(Receipt receipt, Bill drawn) {
      end(drawn);
      durable.complete(receipt);
    }

    @Override
    public void rejected(Exception reason) {
      end(Bill.NOTHING);
      durable.completeExceptionally(reason);
    }

    private void end(Bill drawn) {
      share.endSettling(claim, bill, drawn);
      if (!kept) {
        reservations.leave();
      }
    }
  }
}
