package dev.tollgate.billing.packs;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Packs.Purchase.Bought;
import dev.tollgate.billing.Packs.Purchase.Refused;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.contracts.Terms;
import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.ledger.PackAccounts;
import dev.tollgate.billing.ledger.PackAccounts.Payable;
import dev.tollgate.billing.packs.JdbcPackStore.OfferRow;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Packs in the database; purchases of one tenant exclude each other there. */
public final class PrepaidPacks implements Packs {

  private static final int LONGEST_REFERENCE = 100;
  private static final int ATTEMPTS = 20;
  private static final long PAUSE_MILLIS = 25;

  private final JdbcPackStore store;
  private final PackAccounts accounts;
  private final Contracts contracts;
  private final Terms terms;
  private final Leases leases;
  private final Clock clock;
  private final TransactionTemplate transaction;

  /**
   * Packs in a database.
   *
   * @param leases over connections apart from those of {@code database}: what they announce must be heard while a
   *     caller's transaction is still open
   */
  public PrepaidPacks(DataSource database, Contracts contracts, Leases leases, Clock clock) {
    this.store = new JdbcPackStore(JdbcClient.create(database));
    this.accounts = new PackAccounts(database);
    this.contracts = contracts;
    this.terms = new Terms(database);
    this.leases = leases;
    this.clock = clock;
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
    // An attempt that fails gives up its locks, also within a caller's transaction: what instances give back meanwhile
    // would wait for them.
    this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
  }

  @Override
  public List<Offer> offers() {
    return store.offers(clock.instant()).stream().map(OfferRow::offer).toList();
  }

  @Override
  public Purchase buy(TenantId tenant, Order order) {
    if (order.reference().isBlank() || order.reference().length() > LONGEST_REFERENCE) {
      return new Refused("reference", "must have 1 to " + LONGEST_REFERENCE + " characters");
    }
    Instant now = now();
    return switch (sale(tenant, order.size(), order.currency(), now)) {
      case Decision.Refused<Sale>(String field, String rule, boolean _) -> new Refused(field, rule);
      case Decision.Made<Sale>(Sale sale) -> buy(tenant, sale.offer(),
          pack(order, sale.priced(), sale.offer().offer(), now, sale.contract().zone()));
    };
  }

  @Override
  public Decision<Money> quote(TenantId tenant, Size size, String currency) {
    return switch (sale(tenant, size, currency, now())) {
      case Decision.Refused<Sale>(String field, String rule, boolean conflict) ->
        new Decision.Refused<>(field, rule, conflict);
      case Decision.Made<Sale>(Sale sale) -> Decision
          .made(new Money(currency, BigInteger.valueOf(sale.priced().pricePico())));
    };
  }

  /** What a size is sold by, and for how much. */
  private record Sale(Contract contract, OfferRow offer, Quote.Priced priced) {}

  private Decision<Sale> sale(TenantId tenant, Size size, String currency, Instant at) {
    Contract contract = contracts.inForce(tenant, at);
    if (contract == null) {
      return Decision.conflict("tenant", "must have a contract in force");
    }
    Optional<OfferRow> offered = offer(size, currency, at);
    if (offered.isEmpty() || !contract.currency().equals(currency)) {
      return Decision.conflict("currency", "must be that of the contract, " + contract.currency()
          + ", and one that such packs are sold in");
    }
    return switch (Quote.of(offered.get().offer(), size)) {
      case Quote.Impossible(String field, String rule) -> Decision.refused(field, rule);
      case Quote.Priced priced -> Decision.made(new Sale(contract, offered.get(), priced));
    };
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private Optional<OfferRow> offer(Size size, String currency, Instant at) {
    boolean moneyPack = size instanceof Size.Worth;
    return store.offers(at).stream().filter(row -> row.offer().moneyPack() == moneyPack)
        .filter(row -> row.offer().currency().equals(currency)).findFirst();
  }

  private static Pack pack(Order order, Quote.Priced priced, Offer offer, Instant now, ZoneId zone) {
    return new Pack(order.reference(), priced.packTokens(),
        new Money(order.currency(), BigInteger.valueOf(priced.pricePico())), order.payment(), now,
        now.atZone(zone).plusMonths(offer.months()).toInstant(), priced.packTokens() * Quote.MILLI);
  }

  /** Where the balance would do but instances have leased it, they are asked to give back what is idle. */
  private Purchase buy(TenantId tenant, OfferRow offer, Pack pack) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Purchase> purchase = transaction.execute(status -> {
        Optional<Purchase> sold = sell(tenant, offer, pack);
        if (sold.isEmpty()) {
          status.setRollbackOnly();
        }
        return sold;
      });
      if (purchase.isPresent()) {
        contracts.refreshOnceCommitted(tenant);
        return purchase.get();
      }
      leases.recall(tenant);
      pause();
    }
    return new Refused("payment", "must be covered by the balance, which running requests hold");
  }

  /** Empty if the balance is there but leased. */
  private Optional<Purchase> sell(TenantId tenant, OfferRow offer, Pack pack) {
    accounts.lock(tenant);
    Optional<Pack> earlier = store.pack(tenant, pack.reference());
    if (earlier.isPresent()) {
      return Optional.of(isSameOrder(earlier.get(), pack)
          ? new Bought(earlier.get(), false)
          : new Refused("reference", "was used for another order"));
    }
    UUID batch = UUID.randomUUID();
    return switch (pay(tenant, pack, batch)) {
      case LEASED -> Optional.empty();
      case TOO_DEAR -> Optional.of(
          new Refused("payment", "must be covered by the balance; credit does not pay for packs"));
      case PAID -> {
        long account = accounts.open(tenant, pack.reference(), pack.boughtAt(), pack.validUntil(),
            pack.leftMillitokens(), batch);
        store.add(account, tenant, offer.id(), pack);
        terms.fundsChanged(tenant);
        yield Optional.of(new Bought(pack, true));
      }
    };
  }

  private Payable pay(TenantId tenant, Pack pack, UUID batch) {
    String currency = pack.price().currency();
    long price = pack.price().pico().longValueExact();
    return switch (pack.payment()) {
      case BALANCE -> accounts.payFromBalance(tenant, currency, price, pack.reference(), batch);
      case RECORDED -> {
        accounts.recordPayment(tenant, currency, price, pack.reference(), batch);
        yield Payable.PAID;
      }
    };
  }

  private static boolean isSameOrder(Pack earlier, Pack now) {
    return earlier.packTokens() == now.packTokens() && Objects.equals(earlier.price(), now.price())
        && earlier.payment() == now.payment();
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<Pack> of(TenantId tenant) {
    return store.packs(tenant);
  }

  @Override
  public List<Pack> of(TenantId tenant, Slice<By> slice) {
    return store.packs(tenant, slice);
  }

  @Override
  public void fallThrough(TenantId tenant, boolean allowed) {
    terms.packsFallThrough(tenant, allowed);
    contracts.refreshOnceCommitted(tenant);
  }

  @Override
  public boolean fallsThrough(TenantId tenant) {
    return terms.packsFallThrough(tenant);
  }

  @Override
  public int expire() {
    return accounts.expire(clock.instant());
  }
}
