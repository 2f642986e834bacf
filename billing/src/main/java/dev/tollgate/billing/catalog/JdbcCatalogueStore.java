package dev.tollgate.billing.catalog;

import dev.tollgate.billing.TokenClass;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads prices and plans. */
final class JdbcCatalogueStore implements CatalogueStore {

  private final JdbcClient jdbc;

  JdbcCatalogueStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<PriceRow> prices() {
    return jdbc.sql("""
        SELECT id, model, region, token_class, currency, pico_per_token,
          COALESCE(ceil(extract(epoch FROM lower(effective)) * 1000)::bigint, :earliest) AS from_millis,
          COALESCE(ceil(extract(epoch FROM upper(effective)) * 1000)::bigint, :latest) AS until_millis
        FROM billing.price
        """).param("earliest", Long.MIN_VALUE).param("latest", Long.MAX_VALUE)
        .query((row, number) -> priceRow(row)).list();
  }

  @Override
  public List<BandRow> bands() {
    return jdbc
        .sql(
            """
                SELECT model, region, currency, weekday, lower(minutes) AS from_minute, upper(minutes) AS until_minute,
                  COALESCE(ceil(extract(epoch FROM lower(effective)) * 1000)::bigint, :earliest) AS from_millis,
                  COALESCE(ceil(extract(epoch FROM upper(effective)) * 1000)::bigint, :latest) AS until_millis,
                  discount_basis_points
                FROM billing.time_band
                """)
        .param("earliest", Long.MIN_VALUE).param("latest", Long.MAX_VALUE)
        .query((row, number) -> new BandRow(row.getString("model"), row.getString("region"),
            row.getString("currency"), row.getInt("weekday"), row.getInt("from_minute"),
            row.getInt("until_minute"), row.getLong("from_millis"), row.getLong("until_millis"),
            row.getInt("discount_basis_points")))
        .list();
  }

  @Override
  public Map<String, Plan> plans() {
    return jdbc
        .sql("SELECT name, free_tokens_per_month, discount_basis_points, least_commitment FROM billing.plan")
        .query((row, number) -> new Plan(row.getString("name"), row.getLong("free_tokens_per_month"),
            row.getInt("discount_basis_points"), row.getLong("least_commitment")))
        .list()
        .stream().collect(Collectors.toUnmodifiableMap(Plan::name, Function.identity()));
  }

  private static PriceRow priceRow(ResultSet row) throws SQLException {
    return new PriceRow(row.getLong("id"), row.getString("model"), row.getString("region"),
        TokenClass.valueOf(row.getString("token_class")), row.getString("currency"),
        row.getLong("from_millis"),
        row.getLong("until_millis"), row.getLong("pico_per_token"));
  }
}
