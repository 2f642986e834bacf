package dev.tollgate.billing.catalog;

import dev.tollgate.billing.Prices.Band;
import dev.tollgate.billing.Prices.BandOrder;
import dev.tollgate.billing.Prices.Filter;
import dev.tollgate.billing.Prices.NewBand;
import dev.tollgate.billing.Prices.NewPrice;
import dev.tollgate.billing.Prices.Order;
import dev.tollgate.billing.Prices.Price;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads and changes the price book. Callers that change it hold {@link #lock}. */
final class JdbcPriceStore {

  private static final String PRICE = """
      SELECT id, model, region, token_class, currency, pico_per_token, lower(effective) AS from_instant,
        upper(effective) AS until_instant
      FROM billing.price
      """;
  private static final String BAND = """
      SELECT id, model, region, currency, weekday, lower(minutes) AS from_minute, upper(minutes) AS until_minute,
        discount_basis_points, lower(effective) AS from_instant, upper(effective) AS until_instant
      FROM billing.time_band
      """;
  private static final String FILTER = """
      WHERE (CAST(:model AS text) IS NULL OR model = :model)
        AND (CAST(:region AS text) IS NULL OR region = :region)
        AND (CAST(:currency AS text) IS NULL OR currency = :currency)
        AND (CAST(:at AS timestamptz) IS NULL OR effective @> CAST(:at AS timestamptz))
      """;
  private static final String BEGINS = "COALESCE(from_instant, '-infinity')";
  private static final String ENDS = "COALESCE(until_instant, 'infinity')";
  private static final String SEARCHED = "model || ' ' || region";

  private final JdbcClient jdbc;

  JdbcPriceStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Keeps others from changing the price book until the caller's transaction ends. */
  void lock() {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('billing.prices', 0))")
        .query((row, number) -> 0).list();
  }

  List<Price> prices(Filter filter, @Nullable Long after, int limit) {
    return prices(filter, new Slice<>(Order.PLANNED, true, null, text(after), limit));
  }

  List<Price> prices(Filter filter, Slice<Order> slice) {
    return filtered(SliceQuery.of(PRICE + FILTER, IdKind.NUMBER, "id").searching(SEARCHED)
        .ask(jdbc, slice, switch (slice.order()) {
          case PLANNED -> "id";
          case MODEL -> "model";
          case REGION -> "region";
          case TOKENS -> "token_class";
          case PRICE -> "pico_per_token";
          case FROM -> BEGINS;
          case UNTIL -> ENDS;
        }), filter).query((row, number) -> price(row)).list();
  }

  List<Band> bands(Filter filter, @Nullable Long after, int limit) {
    return filtered(jdbc.sql(BAND + FILTER + " AND id < :after ORDER BY id DESC LIMIT :limit")
        .param("after", after == null ? Long.MAX_VALUE : after).param("limit", limit), filter)
        .query((row, number) -> band(row)).list();
  }

  List<Band> bands(Filter filter, Slice<BandOrder> slice) {
    return filtered(SliceQuery.of(BAND + FILTER, IdKind.NUMBER, "id").searching(SEARCHED)
        .ask(jdbc, slice, switch (slice.order()) {
          case MODEL -> "model";
          case REGION -> "region";
          case WEEKDAY -> "weekday";
          case WINDOW -> "from_minute";
          case DISCOUNT -> "discount_basis_points";
          case FROM -> BEGINS;
          case UNTIL -> ENDS;
        }), filter).query((row, number) -> band(row)).list();
  }

  private static JdbcClient.StatementSpec filtered(JdbcClient.StatementSpec asked, Filter filter) {
    return asked.param("model", filter.model()).param("region", filter.region())
        .param("currency", filter.currency()).param("at", utc(filter.inForceAt()));
  }

  private static @Nullable String text(@Nullable Long id) {
    return id == null ? null : id.toString();
  }

  Optional<Price> price(long id) {
    return jdbc.sql(PRICE + " WHERE id = :id").param("id", id).query((row, number) -> price(row)).optional();
  }

  Optional<Band> band(long id) {
    return jdbc.sql(BAND + " WHERE id = :id").param("id", id).query((row, number) -> band(row)).optional();
  }

  Set<String> currencies(Instant at) {
    return new TreeSet<>(jdbc.sql("""
        SELECT DISTINCT currency FROM billing.price
        WHERE model = '*' AND region = '*' AND effective @> CAST(:at AS timestamptz)
        """).param("at", utc(at)).query(String.class).set());
  }

  /** The version of the same price that begins last. */
  Optional<Price> last(NewPrice price) {
    return jdbc.sql(PRICE + """
        WHERE model = :model AND region = :region AND token_class = :class AND currency = :currency
        ORDER BY effective DESC LIMIT 1
        """).param("model", price.model()).param("region", price.region())
        .param("class", price.tokenClass().name()).param("currency", price.currency())
        .query((row, number) -> price(row)).optional();
  }

  Price addPrice(NewPrice price) {
    long id = jdbc.sql("""
        INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token)
        VALUES (:model, :region, :class, :currency, tstzrange(:from, NULL), :pico) RETURNING id
        """).param("model", price.model()).param("region", price.region())
        .param("class", price.tokenClass().name()).param("currency", price.currency())
        .param("from", utc(price.from())).param("pico", price.picoPerToken()).query(Long.class).single();
    return price(id).orElseThrow();
  }

  void endPrice(long id, Instant at) {
    jdbc.sql("UPDATE billing.price SET effective = tstzrange(lower(effective), :at) WHERE id = :id")
        .param("at", utc(at)).param("id", id).update();
  }

  /** Removes a version that is not in force yet; the database refuses any other. */
  void removePrice(long id) {
    jdbc.sql("DELETE FROM billing.price WHERE id = :id").param("id", id).update();
  }

  /** Lets the version that ended where a removed one was to begin go on without an end. */
  void reopenBefore(Price removed) {
    jdbc.sql("""
        UPDATE billing.price SET effective = tstzrange(lower(effective), NULL)
        WHERE model = :model AND region = :region AND token_class = :class AND currency = :currency
          AND upper(effective) = :from
        """).param("model", removed.model()).param("region", removed.region())
        .param("class", removed.tokenClass().name()).param("currency", removed.currency())
        .param("from", utc(removed.from())).update();
  }

  Band addBand(NewBand band) {
    long id = jdbc.sql("""
        INSERT INTO billing.time_band
          (model, region, currency, weekday, minutes, effective, discount_basis_points)
        VALUES (:model, :region, :currency, :weekday, int4range(:fromMinute, :untilMinute),
          tstzrange(:from, NULL), :discount) RETURNING id
        """).param("model", band.model()).param("region", band.region()).param("currency", band.currency())
        .param("weekday", band.weekday().getValue()).param("fromMinute", band.fromMinute())
        .param("untilMinute", band.untilMinute()).param("from", utc(band.from()))
        .param("discount", band.discountBasisPoints()).query(Long.class).single();
    return band(id).orElseThrow();
  }

  void endBand(long id, Instant at) {
    jdbc.sql("UPDATE billing.time_band SET effective = tstzrange(lower(effective), :at) WHERE id = :id")
        .param("at", utc(at)).param("id", id).update();
  }

  void removeBand(long id) {
    jdbc.sql("DELETE FROM billing.time_band WHERE id = :id").param("id", id).update();
  }

  private static Price price(ResultSet row) throws SQLException {
    return new Price(row.getLong("id"), row.getString("model"), row.getString("region"),
        TokenClass.valueOf(row.getString("token_class")), row.getString("currency"),
        row.getLong("pico_per_token"), instant(row, "from_instant"), instant(row, "until_instant"));
  }

  private static Band band(ResultSet row) throws SQLException {
    return new Band(row.getLong("id"), row.getString("model"), row.getString("region"),
        row.getString("currency"), DayOfWeek.of(row.getInt("weekday")), row.getInt("from_minute"),
        row.getInt("until_minute"), row.getInt("discount_basis_points"), instant(row, "from_instant"),
        instant(row, "until_instant"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }
}
