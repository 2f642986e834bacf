package dev.tollgate.billing.catalog;

import dev.tollgate.billing.TokenClass;

/**
 * One list price, in force over a half-open interval.
 *
 * @param model a model's name, or {@value #ANY} for those without a price of their own
 * @param region a region's name, or {@value #ANY}
 * @param fromMillis inclusive, in milliseconds of UTC since 1970
 * @param untilMillis exclusive
 */
record PriceRow(long id, String model, String region, TokenClass tokenClass, String currency, long fromMillis,
    long untilMillis, long picoPerToken) {

  static final String ANY = "*";

  boolean isInForceAt(long millis) {
    return fromMillis <= millis && millis < untilMillis;
  }

  boolean covers(String askedCurrency, String askedModel, String askedRegion) {
    return currency.equals(askedCurrency) && (model.equals(askedModel) || model.equals(ANY))
        && (region.equals(askedRegion) || region.equals(ANY));
  }

  /** A price for the model itself wins over one for the region, and both over the default. */
  int specificity() {
    return (model.equals(ANY) ? 0 : 2) + (region.equals(ANY) ? 0 : 1);
  }
}
