package dev.tollgate.billing.packs;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Packs;
import dev.tollgate.billing.Packs.Purchase.Refused;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.contracts.Terms;
import dev.tollgate.billing.ledger.PackAccounts;
import dev.tollgate.billing.packs.JdbcPackStore.OfferRow;
import dev.tollgate.tenants.PlainText;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Packs in the database. */
public final class PrepaidPacks implements Packs {

  private static final int LONGEST_REFERENCE = 100;

  private final JdbcPackStore store;
  private final PackAccounts accounts;
  private final Contracts contracts;
  private final Terms terms;
  private final Checkout checkout;
  private final Clock clock;

  /** Packs in the database whose till the checkout is at. */
  public PrepaidPacks(DataSource database, Contracts contracts, Checkout checkout, Clock clock) {
    this.store = new JdbcPackStore(JdbcClient.create(database));
    this.accounts = new PackAccounts(database);
    this.contracts = contracts;
    this.terms = new Terms(database);
    this.checkout = checkout;
    this.clock = clock;
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
    if (!PlainText.isPlain(order.reference())) {
      return new Refused("reference", PlainText.RULE);
    }
    Instant now = now();
    return switch (sale(tenant, order.size(), order.currency(), now)) {
      case Decision.Refused<Sale>(String field, String rule, boolean _) -> new Refused(field, rule);
      case Decision.Made<Sale>(Sale sale) -> {
        Purchase purchase = checkout.buy(tenant, sale.offer().id(),
            pack(order, sale.priced(), sale.offer().offer(), now, sale.contract().zone()));
        contracts.refreshOnceCommitted(tenant);
        yield purchase;
      }
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
