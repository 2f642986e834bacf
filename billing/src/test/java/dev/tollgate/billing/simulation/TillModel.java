package dev.tollgate.billing.simulation;

import dev.tollgate.billing.Packs.Pack;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.ledger.PackAccounts.Payable;
import dev.tollgate.billing.packs.Till;
import dev.tollgate.billing.simulation.Books.Fund;
import dev.tollgate.billing.simulation.Books.Kind;
import dev.tollgate.tenants.TenantId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;

/** What the SQL of pack sales does, one transaction at a time. */
final class TillModel implements Till {

  private final DatabaseModel database;
  private final Consumer<TenantId> fundsChanged;
  private final Map<TenantId, Map<String, Sold>> packs = new HashMap<>();

  /** @param fundsChanged hears of the tenants whose funds are to be looked up again */
  TillModel(DatabaseModel database, Consumer<TenantId> fundsChanged) {
    this.database = database;
    this.fundsChanged = fundsChanged;
  }

  private record Sold(Pack pack, Fund fund) {}

  @Override
  public Optional<Purchase> sell(TenantId tenant, Function<Receipts, Optional<Purchase>> sale) {
    var receipts = new TenantReceipts(tenant);
    Optional<Purchase> purchase = sale.apply(receipts);
    if (purchase.isPresent() && receipts.leased) {
      throw new Violation("Said to have no balance for a pack that has one: %s".formatted(purchase));
    }
    if (purchase.isPresent()) {
      receipts.commit();
    }
    return purchase;
  }

  /** What one sale does, kept apart until it is whole. */
  private final class TenantReceipts implements Receipts {

    private final TenantId tenant;
    private final Map<String, Sold> all;
    private long paid;
    private boolean leased;
    private @Nullable Fund money;
    private @Nullable Pack handedOver;

    TenantReceipts(TenantId tenant) {
      this.tenant = tenant;
      this.all = packs.computeIfAbsent(tenant, none -> new HashMap<>());
    }

    @Override
    public Optional<Pack> earlier(String reference) {
      return Optional.ofNullable(all.get(reference))
          .map(sold -> new Pack(reference, sold.pack.packTokens(), sold.pack.price(), sold.pack.payment(),
              sold.pack.boughtAt(), sold.pack.validUntil(), sold.fund.balance()));
    }

    @Override
    public Payable payFromBalance(Pack pack) {
      money = database.money(tenant, pack.price().currency());
      long price = pack.price().pico().longValueExact();
      if (money.balance() - paid < price) {
        return Payable.TOO_DEAR;
      }
      if (money.free() - paid < price) {
        leased = true;
        return Payable.LEASED;
      }
      paid += price;
      return Payable.PAID;
    }

    @Override
    public void recordPayment(Pack pack) {
      throw new UnsupportedOperationException("Nobody pays by other means here");
    }

    @Override
    public void handOver(long offer, Pack pack) {
      if (handedOver != null || all.containsKey(pack.reference())) {
        throw new DataIntegrityViolationException("There is a pack " + pack.reference());
      }
      handedOver = pack;
    }

    void commit() {
      Books books = database.books();
      if (money != null && paid > 0) {
        books.update(money, money.balance() - paid, money.leased(), money.creditLimit());
        books.post(money.account, "PACK_PAYMENT", paid);
      }
      if (handedOver != null) {
        Fund fund = books.open(tenant, Kind.PACK, "PACK", handedOver.boughtAt(), handedOver.validUntil(),
            null);
        database.credit(fund, handedOver.leftMillitokens(), "PACK_SALE");
        all.put(handedOver.reference(), new Sold(handedOver, fund));
        fundsChanged.accept(tenant);
      }
    }
  }
}
