package dev.tollgate.billing.catalog;

import java.util.List;
import java.util.Map;

/** Where prices and plans are read from. */
interface CatalogueStore {

  List<PriceRow> prices();

  List<BandRow> bands();

  /** Plans by their names. */
  Map<String, Plan> plans();
}
