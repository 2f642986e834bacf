package dev.tollgate.billing;

import dev.tollgate.tenants.Slice;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The price book as it is administered: list prices per model, token class, region and currency, and time bands that take
 * a discount off them. Every version holds over a half-open interval and stays as it is once it is in force. {@code "*"} as
 * a model or region is the default for those without rows of their own. Every call asks the database.
 */
public interface Prices {

  /** Versions of prices, the newest first; planned ones too. */
  List<Price> list(Filter filter, @Nullable Long after, int limit);

  /** Some versions; a search is for a part of the model or the region. */
  List<Price> list(Filter filter, Slice<Order> slice);

  /** What versions are ordered by; {@code PLANNED} is when they were added. */
  enum Order {
    PLANNED, MODEL, REGION, TOKENS, PRICE, FROM, UNTIL
  }

  Optional<Price> find(long id);

  /** Currencies that a price book is in force in. */
  Set<String> currencies();

  /**
   * Plans the next version of a price. The present one ends where it begins. Refused are an instant that is not to come,
   * one beside a version that is planned already, and prices that with some contract's or band's discount are no whole
   * number of pico-units.
   */
  Decision<Price> plan(NewPrice price);

  /** Takes back a version that is not in force yet; the one before it goes on again. */
  Decision<Price> withdraw(long id);

  /** Time bands, the newest first. */
  List<Band> bands(Filter filter, @Nullable Long after, int limit);

  /** Some time bands; a search is for a part of the model or the region. */
  List<Band> bands(Filter filter, Slice<BandOrder> slice);

  /** What time bands are ordered by; {@code WINDOW} is the minute at which they begin. */
  enum BandOrder {
    MODEL, REGION, WEEKDAY, WINDOW, DISCOUNT, FROM, UNTIL
  }

  Optional<Band> band(long id);

  /** Plans a time band. Refused are an instant that is not to come, and windows that overlap. */
  Decision<Band> addBand(NewBand band);

  /** Ends a band at an instant that is to come; one that has not begun is removed by ending it when it begins. */
  Decision<Band> endBand(long id, Instant at);

  /** Which ones; null for all. */
  record Filter(@Nullable String model, @Nullable String region, @Nullable String currency,
      @Nullable Instant inForceAt) {}

  /**
   * One version.
   *
   * @param from inclusive; null for ever
   * @param until exclusive; null without an end
   */
  record Price(long id, String model, String region, TokenClass tokenClass, String currency,
      long picoPerToken, @Nullable Instant from, @Nullable Instant until) {}

  /** A version that is wanted; {@code from} as in {@link Price}. */
  record NewPrice(String model, String region, TokenClass tokenClass, String currency, long picoPerToken,
      Instant from) {}

  /**
   * A discount in a window of a weekday in UTC.
   *
   * @param fromMinute of the day, inclusive
   * @param untilMinute exclusive, at most 1440
   */
  record Band(long id, String model, String region, String currency, DayOfWeek weekday, int fromMinute,
      int untilMinute, int discountBasisPoints, @Nullable Instant from, @Nullable Instant until) {}

  /** A band that is wanted. */
  record NewBand(String model, String region, String currency, DayOfWeek weekday, int fromMinute,
      int untilMinute, int discountBasisPoints, Instant from) {}
}
