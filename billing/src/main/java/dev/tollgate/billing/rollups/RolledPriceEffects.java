package dev.tollgate.billing.rollups;

import dev.tollgate.billing.PriceEffects;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Prices {@code billing.usage_month} anew. */
public final class RolledPriceEffects implements PriceEffects {

  // A version applies where none that is more specific did: a specific model wins, then a specific region.
  private static final String EFFECT = """
      WITH drawn AS (
        SELECT m.tenant_id, sum(m.tokens) AS tokens, sum(m.amount) AS present,
          round(sum(CASE WHEN p.pico_per_token = 0 THEN m.tokens * n.pico_per_token
            ELSE m.amount * n.pico_per_token / p.pico_per_token END)) AS planned
        FROM billing.price n JOIN billing.price p ON p.currency = n.currency AND p.token_class = n.token_class
          AND (p.model <> '*')::int * 2 + (p.region <> '*')::int <= (n.model <> '*')::int * 2 + (n.region <> '*')::int
        JOIN billing.usage_month m ON m.price_id = p.id AND m.month = :month AND n.model IN ('*', m.model)
          AND n.region IN ('*', m.region)
        JOIN billing.account a ON a.id = m.account_id AND a.unit = n.currency
        WHERE n.id = :price GROUP BY m.tenant_id)
      SELECT tenant_id, tokens, present, planned, count(*) OVER () AS tenants, sum(tokens) OVER () AS all_tokens,
        sum(present) OVER () AS all_present, sum(planned) OVER () AS all_planned
      FROM drawn ORDER BY abs(planned - present) DESC, tenant_id LIMIT :most
      """;

  private final JdbcClient jdbc;

  public RolledPriceEffects(DataSource database) {
    this.jdbc = JdbcClient.create(database);
  }

  @Override
  public Optional<Effect> of(long price, YearMonth month, int most) {
    return jdbc.sql("SELECT currency FROM billing.price WHERE id = :price").param("price", price)
        .query(String.class).optional().map(currency -> effect(price, currency, month, most));
  }

  private Effect effect(long price, String currency, YearMonth month, int most) {
    List<Read> read = jdbc.sql(EFFECT).param("price", price).param("month", month.atDay(1))
        .param("most", most)
        .query((row, number) -> Read.of(row)).list();
    List<OfTenant> greatest = read.stream().map(Read::tenant).toList();
    if (read.isEmpty()) {
      return new Effect(currency, 0, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, greatest);
    }
    Read sums = read.getFirst();
    return new Effect(currency, sums.tenants(), sums.tokens(), sums.present(), sums.planned(), greatest);
  }

  /** A tenant's row, which bears the sums of all. */
  private record Read(OfTenant tenant, long tenants, BigInteger tokens, BigInteger present,
      BigInteger planned) {

    static Read of(ResultSet row) throws SQLException {
      return new Read(
          new OfTenant(new TenantId(row.getObject("tenant_id", UUID.class)), whole(row, "tokens"),
              whole(row, "present"), whole(row, "planned")),
          row.getLong("tenants"), whole(row, "all_tokens"), whole(row, "all_present"),
          whole(row, "all_planned"));
    }

    private static BigInteger whole(ResultSet row, String column) throws SQLException {
      BigDecimal value = row.getBigDecimal(column);
      return value.toBigIntegerExact();
    }
  }
}
