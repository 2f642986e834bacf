package dev.tollgate.billing.catalog;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Prices;
import dev.tollgate.billing.decisions.Decisions;
import dev.tollgate.tenants.PlainText;
import dev.tollgate.tenants.Slice;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The price book in the database; changes exclude each other there, and announce themselves when they commit. */
public final class DatedPrices implements Prices {

  private static final int LONGEST_NAME = 200;
  private static final int MINUTES_OF_DAY = 1_440;
  private static final int BASIS_POINTS = 10_000;
  private static final String WHOLE = "must be a whole number of pico-units per token also after the discounts of contracts and time bands";

  private final JdbcPriceStore store;
  private final Currencies currencies;
  private final Clock clock;
  private final TransactionTemplate transaction;

  public DatedPrices(DataSource database, Clock clock) {
    this.store = new JdbcPriceStore(JdbcClient.create(database));
    this.currencies = new Currencies(database);
    this.clock = clock;
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public List<Price> list(Filter filter, @Nullable Long after, int limit) {
    return store.prices(filter, after, limit);
  }

  @Override
  public List<Price> list(Filter filter, Slice<Order> slice) {
    return store.prices(filter, slice);
  }

  @Override
  public Optional<Price> find(long id) {
    return store.price(id);
  }

  @Override
  public Set<String> currencies() {
    return store.currencies(clock.instant());
  }

  @Override
  public Decision<Price> plan(NewPrice price) {
    if (price.picoPerToken() < 0) {
      return Decision.refused("price", "must not be negative");
    }
    return rule(price.model(), price.region(), price.currency(), price.from())
        .<Decision<Price>>map(refused -> Decisions.refusalOf(refused))
        .orElseGet(() -> change("price", () -> {
          Optional<Price> last = store.last(price);
          Instant latest = last.map(Price::from).orElse(null);
          if (latest != null && !latest.isBefore(price.from())) {
            return Decision.conflict("from", "must come after " + latest + ", when version " + last.get().id()
                + " begins, or that one must be withdrawn first");
          }
          last.filter(one -> endsAfter(one.until(), price.from()))
              .ifPresent(one -> store.endPrice(one.id(), price.from()));
          return Decision.made(store.addPrice(price));
        }));
  }

  @Override
  public Decision<Price> withdraw(long id) {
    return change("price", () -> {
      Optional<Price> found = store.price(id).filter(price -> isPlanned(price.from()));
      if (found.isEmpty()) {
        return Decision.conflict("price", "must be planned and not in force yet");
      }
      Price price = found.get();
      if (store.last(new NewPrice(price.model(), price.region(), price.tokenClass(), price.currency(),
          price.picoPerToken(), clock.instant())).filter(last -> last.id() == id).isEmpty()) {
        return Decision.conflict("price", "must be the last version that is planned");
      }
      store.removePrice(id);
      store.reopenBefore(price);
      return Decision.made(price);
    });
  }

  @Override
  public List<Band> bands(Filter filter, @Nullable Long after, int limit) {
    return store.bands(filter, after, limit);
  }

  @Override
  public List<Band> bands(Filter filter, Slice<BandOrder> slice) {
    return store.bands(filter, slice);
  }

  @Override
  public Optional<Band> band(long id) {
    return store.band(id);
  }

  @Override
  public Decision<Band> addBand(NewBand band) {
    if (band.fromMinute() < 0 || band.fromMinute() >= MINUTES_OF_DAY) {
      return Decision.refused("fromMinute", "must be between 00:00 and 23:59");
    }
    if (band.untilMinute() <= band.fromMinute() || band.untilMinute() > MINUTES_OF_DAY) {
      return Decision.refused("untilMinute",
          "must be after the window's beginning and 24:00 at most; a window over midnight is two bands");
    }
    if (band.discountBasisPoints() < 1 || band.discountBasisPoints() > BASIS_POINTS) {
      return Decision.refused("discountBasisPoints", "must be between 1 and " + BASIS_POINTS);
    }
    return rule(band.model(), band.region(), band.currency(), band.from())
        .<Decision<Band>>map(refused -> Decisions.refusalOf(refused))
        .orElseGet(() -> change("discountBasisPoints", () -> Decision.made(store.addBand(band))));
  }

  @Override
  public Decision<Band> endBand(long id, Instant at) {
    return change("until", () -> {
      Optional<Band> band = store.band(id).filter(one -> endsAfter(one.until(), clock.instant()));
      if (band.isEmpty()) {
        return Decision.conflict("band", "must be there and not have ended");
      }
      if (at.isBefore(clock.instant())) {
        return Decision.refused("until", "must not lie in the past");
      }
      Instant from = band.get().from();
      if (from != null && !from.isBefore(at)) {
        store.removeBand(id);
        return Decision.made(band.get());
      }
      store.endBand(id, at);
      return store.band(id).map(Decision::made).orElseThrow();
    });
  }

  private Optional<Decision<Void>> rule(String model, String region, String currency, Instant from) {
    if (isNoName(model)) {
      return Optional.of(Decision.refused("model", "must have 1 to " + LONGEST_NAME + " characters"));
    }
    if (isNoName(region)) {
      return Optional.of(Decision.refused("region", "must have 1 to " + LONGEST_NAME + " characters"));
    }
    if (!PlainText.isPlain(model)) {
      return Optional.of(Decision.refused("model", PlainText.RULE));
    }
    if (!PlainText.isPlain(region)) {
      return Optional.of(Decision.refused("region", PlainText.RULE));
    }
    if (!isPlanned(from)) {
      return Optional
          .of(Decision.refused("from", "must lie in the future: a price in force is never changed"));
    }
    return currencies.ruleBrokenBy(currency).map(rule -> Decision.refused("currency", rule));
  }

  private static boolean isNoName(String name) {
    return name.isBlank() || name.length() > LONGEST_NAME;
  }

  private boolean isPlanned(@Nullable Instant from) {
    return from != null && from.isAfter(clock.instant().truncatedTo(ChronoUnit.MICROS));
  }

  private static boolean endsAfter(@Nullable Instant until, Instant at) {
    return until == null || until.isAfter(at);
  }

  private <T> Decision<T> change(String field, Supplier<Decision<T>> change) {
    try {
      return transaction.execute(status -> {
        store.lock();
        Decision<T> decision = change.get();
        if (decision instanceof Decision.Refused<T>) {
          status.setRollbackOnly();
        }
        return decision;
      });
    } catch (DataIntegrityViolationException e) {
      return Decisions.violated(e, field, WHOLE);
    }
  }
}
