package dev.tollgate.billing.packs;

import dev.tollgate.billing.Packs.Pack;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.Packs.Purchase.Bought;
import dev.tollgate.billing.Packs.Purchase.Refused;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.PackAccounts.Payable;
import dev.tollgate.billing.packs.Till.Receipts;
import dev.tollgate.billing.scheduling.Scheduling;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Sells packs, each reference once, however often and wherever an order is repeated. */
public final class Checkout {

  private static final int ATTEMPTS = 20;
  private static final Duration PAUSE = Duration.ofMillis(25);

  private final Till till;
  private final Leases leases;
  private final Scheduling scheduling;

  /**
   * A checkout.
   *
   * @param leases over connections apart from the till's: what they announce must be heard while a caller's transaction is
   *     still open
   */
  public Checkout(Till till, Leases leases, Scheduling scheduling) {
    this.till = till;
    this.leases = leases;
    this.scheduling = scheduling;
  }

  /** Where the balance would do but instances have leased it, they are asked to give back what is idle. */
  public Purchase buy(TenantId tenant, long offer, Pack pack) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Purchase> purchase = attempt(till, tenant, offer, pack);
      if (purchase.isPresent()) {
        return purchase.get();
      }
      leases.recall(tenant);
      scheduling.pause(PAUSE);
    }
    return new Refused("payment", "must be covered by the balance, which running requests hold");
  }

  /** Tries once at a till; empty if the balance is there but leased. */
  public static Optional<Purchase> attempt(Till till, TenantId tenant, long offer, Pack pack) {
    return till.sell(tenant, receipts -> sell(receipts, offer, pack));
  }

  private static Optional<Purchase> sell(Receipts receipts, long offer, Pack pack) {
    Optional<Pack> earlier = receipts.earlier(pack.reference());
    if (earlier.isPresent()) {
      return Optional.of(isSameOrder(earlier.get(), pack)
          ? new Bought(earlier.get(), false)
          : new Refused("reference", "was used for another order"));
    }
    return switch (pay(receipts, pack)) {
      case LEASED -> Optional.empty();
      case TOO_DEAR -> Optional.of(
          new Refused("payment", "must be covered by the balance; credit does not pay for packs"));
      case PAID -> {
        receipts.handOver(offer, pack);
        yield Optional.of(new Bought(pack, true));
      }
    };
  }

  private static Payable pay(Receipts receipts, Pack pack) {
    return switch (pack.payment()) {
      case BALANCE -> receipts.payFromBalance(pack);
      case RECORDED -> {
        receipts.recordPayment(pack);
        yield Payable.PAID;
      }
    };
  }

  private static boolean isSameOrder(Pack earlier, Pack now) {
    return earlier.packTokens() == now.packTokens() && Objects.equals(earlier.price(), now.price())
        && earlier.payment() == now.payment();
  }
}
