package dev.tollgate.billing.catalog;

import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.pricing.Coefficients;
import dev.tollgate.billing.pricing.TokenPrices;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The list prices of one model in one region and currency over time: between two neighbouring instants at which any of
 * them changes, all are constant.
 */
public final class PriceTimeline {

  private final long[] startsMillis;
  private final @Nullable TokenPrices[] prices;

  private final TimeBands bands;

  private PriceTimeline(long[] startsMillis, @Nullable TokenPrices[] prices, TimeBands bands) {
    this.startsMillis = startsMillis;
    this.prices = prices;
    this.bands = bands;
  }

  static PriceTimeline of(List<PriceRow> candidates, TimeBands bands) {
    var starts = new TreeSet<Long>();
    for (PriceRow row : candidates) {
      starts.add(row.fromMillis());
      starts.add(row.untilMillis());
    }
    long[] startsMillis = starts.stream().mapToLong(Long::longValue).toArray();
    var prices = new @Nullable TokenPrices[startsMillis.length];
    for (int i = 0; i < startsMillis.length; i++) {
      prices[i] = resolve(candidates, startsMillis[i]);
    }
    return new PriceTimeline(startsMillis, prices, bands);
  }

  /** The prices in force at an instant, or null where a class has none. */
  public @Nullable TokenPrices at(long millis) {
    TokenPrices list = listAt(millis);
    return list == null || bands.isEmpty() ? list : list.inBand(bands.discountAt(millis));
  }

  /** The list prices in force at an instant, whatever time band holds then, or null where a class has none. */
  public @Nullable TokenPrices listAt(long millis) {
    int segment = segmentAt(millis);
    return segment < 0 ? null : prices[segment];
  }

  /**
   * The dearest prices that apply at any instant of an interval, class by class, or null if there is none at its start.
   *
   * @param fromMillis inclusive
   * @param untilMillis inclusive
   */
  public @Nullable TokenPrices dearest(long fromMillis, long untilMillis) {
    TokenPrices dearest = at(fromMillis);
    if (dearest == null) {
      return null;
    }
    if (!bands.isEmpty()) {
      return dearestOverBands(dearest, fromMillis, untilMillis);
    }
    int segment = segmentAt(fromMillis);
    for (int i = segment + 1; i < startsMillis.length && startsMillis[i] <= untilMillis; i++) {
      TokenPrices next = prices[i];
      if (next != null) {
        dearest = dearest.dearer(next);
      }
    }
    return dearest;
  }

  private TokenPrices dearestOverBands(TokenPrices first, long fromMillis, long untilMillis) {
    TokenPrices dearest = first;
    long millis = nextChange(fromMillis);
    while (millis <= untilMillis) {
      TokenPrices next = at(millis);
      if (next != null) {
        dearest = dearest.dearer(next);
      }
      millis = nextChange(millis);
    }
    return dearest;
  }

  private long nextChange(long millis) {
    int next = segmentAt(millis) + 1;
    long change = bands.nextChange(millis);
    return next < startsMillis.length ? Math.min(change, startsMillis[next]) : change;
  }

  private int segmentAt(long millis) {
    int segment = startsMillis.length - 1;
    while (segment >= 0 && startsMillis[segment] > millis) {
      segment--;
    }
    return segment;
  }

  private static @Nullable TokenPrices resolve(List<PriceRow> candidates, long millis) {
    PriceRow input = mostSpecific(candidates, TokenClass.INPUT, millis);
    PriceRow cached = mostSpecific(candidates, TokenClass.INPUT_CACHED, millis);
    PriceRow output = mostSpecific(candidates, TokenClass.OUTPUT, millis);
    if (input == null || cached == null || output == null) {
      return null;
    }
    return new TokenPrices(input.picoPerToken(), cached.picoPerToken(), output.picoPerToken(), input.id(),
        cached.id(), output.id(), Coefficients.of(input.picoPerToken(), cached.picoPerToken(),
            output.picoPerToken(), reference(candidates, input, millis).picoPerToken()));
  }

  /** The input token that a pack token stands for: that of the list which holds for all models, if there is one. */
  private static PriceRow reference(List<PriceRow> candidates, PriceRow own, long millis) {
    PriceRow list = mostSpecific(candidates.stream().filter(row -> row.model().equals(PriceRow.ANY)).toList(),
        TokenClass.INPUT, millis);
    return list == null ? own : list;
  }

  private static @Nullable PriceRow mostSpecific(List<PriceRow> candidates, TokenClass tokenClass,
      long millis) {
    PriceRow best = null;
    for (PriceRow row : candidates) {
      if (row.tokenClass() == tokenClass && row.isInForceAt(millis)
          && (best == null || row.specificity() > best.specificity())) {
        best = row;
      }
    }
    return best;
  }
}
