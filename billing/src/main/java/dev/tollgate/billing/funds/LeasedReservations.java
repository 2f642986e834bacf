package dev.tollgate.billing.funds;

import dev.tollgate.billing.Reservations;
import dev.tollgate.billing.catalog.Catalogue;
import dev.tollgate.billing.catalog.PriceBook;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.funds.Provision.Cover;
import dev.tollgate.billing.funds.Provision.Shortage;
import dev.tollgate.billing.pricing.TokenPrices;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.billing.settlement.Settlements;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Holds from this instance's leases: in memory where the share at hand covers the need, else through {@link Supply}. */
final class LeasedReservations implements Reservations {

  private static final Admission UNAVAILABLE = new Admission.Refused(Refusal.UNAVAILABLE);

  private final Catalogue catalogue;
  private final Contracts contracts;
  private final Membership membership;
  private final Supply supply;
  private final Settlements settlements;
  private final FundsSettings settings;
  private final Clock clock;
  private final Scheduling scheduling;
  private final AtomicInteger open = new AtomicInteger();

  LeasedReservations(Catalogue catalogue, Contracts contracts, Membership membership, Supply supply,
      Settlements settlements, FundsSettings settings, Clock clock, Scheduling scheduling) {
    this.catalogue = catalogue;
    this.contracts = contracts;
    this.membership = membership;
    this.supply = supply;
    this.settlements = settlements;
    this.settings = settings;
    this.clock = clock;
    this.scheduling = scheduling;
  }

  @Override
  public Admission hold(HoldRequest request) {
    Contract contract = contracts.inForce(request.payer().tenant(), request.arrivedAt());
    if (contract == null) {
      return new Admission.Refused(Refusal.NO_CONTRACT);
    }
    PriceBook book = catalogue.prices();
    TokenPrices prices = dearest(book, contract, request, request.arrivedAt().toEpochMilli());
    if (prices == null) {
      return new Admission.Refused(Refusal.NO_PRICE);
    }
    Tenure tenure = membership.tenure();
    if (tenure == null || !enter()) {
      return UNAVAILABLE;
    }
    TenantShare share = tenure.enter(request.payer().tenant());
    boolean held = false;
    try {
      Need need = Need.ofNew(request.payer(), request.arrivedAt(), contract, request.inputTokens(),
          request.outputTokens(), prices);
      Provision provision = provide(tenure, share, contract, need);
      held = provision instanceof Cover;
      return switch (provision) {
        case Cover cover -> new Admission.Held(
            new RunningHold(this, request, contract, tenure, share, book, prices, cover));
        case Shortage shortage -> new Admission.Refused(shortage.reason());
      };
    } finally {
      if (!held) {
        share.leave();
        leave();
      }
    }
  }

  Provision provide(Tenure tenure, TenantShare share, Contract contract, Need need) {
    Cover cover = share.take(contract, need, false);
    return cover != null ? cover : supply.provide(tenure, share, contract, need);
  }

  /**
   * The contract whose funds serve a request by now that was let in under another, or an earlier state of it: it knows of
   * packs that were bought since. None of another currency does.
   */
  Contract presentOf(Contract admittedUnder, Instant now) {
    Contract present = contracts.inForce(admittedUnder.tenant(), now);
    return present != null && present.currency().equals(admittedUnder.currency()) ? present : admittedUnder;
  }

  /** The dearest prices that can apply from an instant until the request's deadline, less the contract's discount. */
  @Nullable
  TokenPrices dearest(PriceBook book, Contract contract, HoldRequest request, long fromMillis) {
    TokenPrices list = book.timeline(contract.currency(), request.model(), request.region()).dearest(
        fromMillis,
        request.deadline().toEpochMilli());
    return list == null ? null : list.discounted(contract.discountBasisPoints());
  }

  /** Whether a hold under this tenure may still grow. */
  boolean isInForce(Tenure tenure) {
    return membership.tenure() == tenure;
  }

  /** Whether a tenure that is not in force was only renewed too late, as after a pause of this process, and may yet be. */
  boolean mayComeBack(Tenure tenure) {
    return membership.registered() == tenure && !tenure.isDatabaseAway();
  }

  PriceBook prices() {
    return catalogue.prices();
  }

  Settlements settlements() {
    return settlements;
  }

  FundsSettings settings() {
    return settings;
  }

  Clock clock() {
    return clock;
  }

  Scheduling scheduling() {
    return scheduling;
  }

  /** Holds that are open or wait to be settled. */
  int open() {
    return open.get();
  }

  // Every admitted request has its place in the queue of settlements and in the journal from the start, so settling
  // cannot find them full.
  private boolean enter() {
    if (open.incrementAndGet() > settings.openRequests() || !settlements.reserve()) {
      open.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    settlements.release();
    open.decrementAndGet();
  }
}
