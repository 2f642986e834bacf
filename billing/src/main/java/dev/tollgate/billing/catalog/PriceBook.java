package dev.tollgate.billing.catalog;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** All list prices as they stood when they were read; a change makes a new book. */
public final class PriceBook {

  // Names of models come from outside, so what is remembered for them must not grow without end.
  private static final int REMEMBERED = 4096;

  private final List<PriceRow> rows;
  private final List<BandRow> bands;
  private final ConcurrentHashMap<Product, PriceTimeline> timelines = new ConcurrentHashMap<>();

  PriceBook(List<PriceRow> rows, List<BandRow> bands) {
    this.rows = List.copyOf(rows);
    this.bands = List.copyOf(bands);
  }

  /** The prices of one model in one region and currency; empty of prices where the book has none. */
  public PriceTimeline timeline(String currency, String model, String region) {
    var product = new Product(currency, model, region);
    PriceTimeline known = timelines.get(product);
    if (known != null) {
      return known;
    }
    PriceTimeline timeline = PriceTimeline
        .of(rows.stream().filter(row -> row.covers(currency, model, region)).toList(),
            new TimeBands(bands.stream().filter(band -> band.covers(currency, model, region)).toList()));
    if (timelines.size() < REMEMBERED) {
      timelines.put(product, timeline);
    }
    return timeline;
  }

  private record Product(String currency, String model, String region) {}
}
