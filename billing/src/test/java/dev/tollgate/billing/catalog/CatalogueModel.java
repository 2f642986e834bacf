package dev.tollgate.billing.catalog;

import dev.tollgate.billing.TokenClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Prices for tests that have no database: one list in USD, in versions that follow on each other. */
public final class CatalogueModel {

  private CatalogueModel() {}

  /**
   * One version of the list.
   *
   * @param fromMillis since when it is in force, until the next one is
   */
  public record Version(long fromMillis, long input, long cachedInput, long output) {}

  /** An instance's memory of prices that it reads from here; faults of reading come out of the supplier. */
  public static Catalogue reading(Supplier<List<Version>> versions) {
    return new Catalogue(new CatalogueStore() {
      @Override
      public List<PriceRow> prices() {
        return rows(versions.get());
      }

      @Override
      public List<BandRow> bands() {
        return List.of();
      }

      @Override
      public Map<String, Plan> plans() {
        return Map.of();
      }
    });
  }

  private static List<PriceRow> rows(List<Version> versions) {
    var rows = new ArrayList<PriceRow>(versions.size() * 3);
    for (int i = 0; i < versions.size(); i++) {
      Version version = versions.get(i);
      long until = i + 1 < versions.size() ? versions.get(i + 1).fromMillis : Long.MAX_VALUE;
      rows.add(row(i * 3 + 1, TokenClass.INPUT, version, until, version.input));
      rows.add(row(i * 3 + 2, TokenClass.INPUT_CACHED, version, until, version.cachedInput));
      rows.add(row(i * 3 + 3, TokenClass.OUTPUT, version, until, version.output));
    }
    return rows;
  }

  private static PriceRow row(long id, TokenClass tokenClass, Version version, long untilMillis, long price) {
    return new PriceRow(id, PriceRow.ANY, PriceRow.ANY, tokenClass, "USD", version.fromMillis, untilMillis,
        price);
  }
}
