package dev.tollgate.billing.catalog;

/**
 * A discount in a window of one UTC weekday, in force over a half-open interval.
 *
 * @param weekday 1 is Monday
 * @param fromMinute of the day, inclusive
 * @param untilMinute exclusive
 * @param fromMillis inclusive
 * @param untilMillis exclusive
 */
record BandRow(String model, String region, String currency, int weekday, int fromMinute, int untilMinute,
    long fromMillis, long untilMillis, int discountBasisPoints) {

  boolean covers(String askedCurrency, String askedModel, String askedRegion) {
    return currency.equals(askedCurrency) && (model.equals(askedModel) || model.equals(PriceRow.ANY))
        && (region.equals(askedRegion) || region.equals(PriceRow.ANY));
  }

  boolean holdsAt(long millis, int day, int minute) {
    return weekday == day && fromMinute <= minute && minute < untilMinute && fromMillis <= millis
        && millis < untilMillis;
  }

  /** A band for the model itself wins over one for the region, and both over the default. */
  int specificity() {
    return (model.equals(PriceRow.ANY) ? 0 : 2) + (region.equals(PriceRow.ANY) ? 0 : 1);
  }
}
