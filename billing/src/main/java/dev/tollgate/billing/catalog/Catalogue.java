package dev.tollgate.billing.catalog;

import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Prices and plans, from memory. Read again whenever the database announces a change of the topic {@value #TOPIC}. */
public final class Catalogue {

  /** What the database announces changes of prices and plans under. */
  public static final String TOPIC = "prices";

  private final CatalogueStore store;
  private volatile Snapshot snapshot = new Snapshot(new PriceBook(List.of(), List.of()), Map.of());

  public Catalogue(DataSource database) {
    this(new JdbcCatalogueStore(JdbcClient.create(database)));
  }

  Catalogue(CatalogueStore store) {
    this.store = store;
  }

  /** The price book in force; the same object until a price changes. */
  public PriceBook prices() {
    return snapshot.prices;
  }

  /**
   * A plan by its name.
   *
   * @throws IllegalArgumentException if the catalogue has none of that name
   */
  public Plan plan(String name) {
    Plan plan = snapshot.plans.get(name);
    if (plan == null) {
      throw new IllegalArgumentException("The catalogue has no plan " + name);
    }
    return plan;
  }

  /** All plans by their names. */
  public Map<String, Plan> plans() {
    return snapshot.plans;
  }

  /**
   * Reads everything again. Reading and keeping are one step: a slow reader must not put back prices that a faster one has
   * replaced already.
   */
  public synchronized void refresh() {
    snapshot = new Snapshot(new PriceBook(store.prices(), store.bands()), store.plans());
  }

  private record Snapshot(PriceBook prices, Map<String, Plan> plans) {}
}
