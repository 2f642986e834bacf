package dev.tollgate.billing.catalog;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Offerings;
import dev.tollgate.billing.Prices;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Plans and pack offers in the database; changes exclude each other there. */
public final class ListedOfferings implements Offerings {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final int BASIS_POINTS = 10_000;
  private static final int MOST_MONTHS = 120;

  private final JdbcOfferingStore store;
  private final Prices prices;
  private final Clock clock;
  private final TransactionTemplate transaction;

  public ListedOfferings(DataSource database, Prices prices, Clock clock) {
    this.store = new JdbcOfferingStore(JdbcClient.create(database));
    this.prices = prices;
    this.clock = clock;
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public List<PlanTerms> plans() {
    return store.plans();
  }

  @Override
  public Decision<PlanTerms> addPlan(PlanTerms plan) {
    if (!NAME.matcher(plan.name()).matches()) {
      return Decision.refused("name",
          "must begin with a lower-case letter and have up to 63 of these, digits and hyphens");
    }
    if (plan.freeTokensPerMonth() < 0) {
      return Decision.refused("freeTokensPerMonth", "must not be negative");
    }
    if (plan.discountBasisPoints() < 0 || plan.discountBasisPoints() > BASIS_POINTS) {
      return Decision.refused("discountBasisPoints", "must be between 0 and " + BASIS_POINTS);
    }
    if (plan.leastCommitment() < 0) {
      return Decision.refused("leastCommitment", "must not be negative");
    }
    return store.addPlan(plan) ? Decision.made(plan)
        : Decision.conflict("name", "must not be that of a plan that is there");
  }

  @Override
  public List<PackOffer> packOffers(@Nullable Long after, int limit) {
    return store.offers(after, limit);
  }

  @Override
  public Decision<PackOffer> planPackOffer(NewPackOffer offer) {
    if (offer.picoPerPackToken() < 1) {
      return Decision.refused("price", "must be more than zero");
    }
    if (offer.minimum() < 1) {
      return Decision.refused("minimum", "must be more than zero");
    }
    if (offer.months() < 1 || offer.months() > MOST_MONTHS) {
      return Decision.refused("months", "must be between 1 and " + MOST_MONTHS);
    }
    if (!prices.currencies().contains(offer.currency())) {
      return Decision.refused("currency", "must be one that a price book is in force in");
    }
    if (!isPlanned(offer.from())) {
      return Decision.refused("from", "must lie in the future: an offer in force is never changed");
    }
    return change(() -> {
      Optional<PackOffer> last = store.last(offer.moneyPack(), offer.currency());
      Instant latest = last.map(PackOffer::from).orElse(null);
      if (latest != null && !latest.isBefore(offer.from())) {
        return Decision.conflict("from", "must come after " + latest + ", when offer " + last.get().id()
            + " begins, or that one must be withdrawn first");
      }
      last.filter(one -> one.until() == null || one.until().isAfter(offer.from()))
          .ifPresent(one -> store.end(one.id(), offer.from()));
      return Decision.made(store.add(offer));
    });
  }

  @Override
  public Decision<PackOffer> withdrawPackOffer(long id) {
    return change(() -> {
      Optional<PackOffer> found = store.offer(id).filter(offer -> isPlanned(offer.from()));
      if (found.isEmpty()) {
        return Decision.conflict("offer", "must be planned and not in force yet");
      }
      if (store.last(found.get().moneyPack(), found.get().currency()).filter(last -> last.id() == id)
          .isEmpty()) {
        return Decision.conflict("offer", "must be the last one that is planned");
      }
      store.remove(id);
      store.reopenBefore(found.get());
      return Decision.made(found.get());
    });
  }

  private boolean isPlanned(@Nullable Instant from) {
    return from != null && from.isAfter(clock.instant().truncatedTo(ChronoUnit.MICROS));
  }

  private <T> Decision<T> change(Supplier<Decision<T>> change) {
    return transaction.execute(status -> {
      store.lock();
      Decision<T> decision = change.get();
      if (decision instanceof Decision.Refused<T>) {
        status.setRollbackOnly();
      }
      return decision;
    });
  }
}
