package dev.tollgate.billing.rollups;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Money;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.UsageDays;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import dev.tollgate.tenants.slices.SliceQuery;
import dev.tollgate.tenants.slices.SliceQuery.IdKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads {@code billing.usage_day}. */
public final class RolledUsageDays implements UsageDays {

  private static final String SUMS = """
      , sum(requests) AS requests, COALESCE(sum(requests) FILTER (WHERE outcome = 'BACKEND_FAILED'), 0) AS failed,
        sum(input_tokens) AS input, sum(cached_input_tokens) AS cached_input, sum(output_tokens) AS output,
        sum(free_tokens) AS free, sum(pack_millitokens) AS packs, sum(amount_pico) AS amount
      FROM billing.usage_day WHERE day >= :from AND day < :until
      """;
  // Not one condition for both: its plan, once the server keeps it, would read all tenants' rows for one.
  private static final String OF_TENANT = " AND tenant_id = :tenant";

  private final JdbcClient jdbc;

  public RolledUsageDays(DataSource database) {
    this.jdbc = JdbcClient.create(database);
  }

  @Override
  public List<Row> between(@Nullable TenantId tenant, LocalDate from, LocalDate until, Set<By> by) {
    checkSpan(from, until);
    String apart = Stream
        .concat(Stream.of("day", "currency"), by.stream().sorted().map(RolledUsageDays::column))
        .collect(Collectors.joining(", "));
    return of(tenant,
        jdbc.sql("SELECT " + apart + sums(tenant) + " GROUP BY " + apart + " ORDER BY " + apart))
        .param("from", from).param("until", until)
        .query((row, number) -> row(row, by)).list();
  }

  @Override
  public List<Total> totals(@Nullable TenantId tenant, @Nullable String currency, LocalDate from,
      LocalDate until, By by, Slice<Order> slice) {
    checkSpan(from, until);
    String column = column(by);
    String rows = "SELECT concat_ws(' ', " + column + ", currency) AS id, " + column + ", currency"
        + sums(tenant) + " AND (CAST(:currency AS text) IS NULL OR currency = :currency) GROUP BY " + column
        + ", currency";
    return of(tenant, SliceQuery.of(rows, IdKind.TEXT, "id").ask(jdbc, slice, switch (slice.order()) {
      case NAME -> "id";
      case REQUESTS -> "requests";
      case INPUT -> "input";
      case CACHED_INPUT -> "cached_input";
      case OUTPUT -> "output";
      case TOKENS -> "(input + cached_input + output)";
      case FREE -> "free";
      case PACKS -> "packs";
      case AMOUNT -> "amount";
      case YIELD -> "COALESCE(amount / NULLIF(input + cached_input + output, 0), -1)";
    })).param("currency", currency)
        .param("from", from).param("until", until).query((row, number) -> total(row, by)).list();
  }

  private static String sums(@Nullable TenantId tenant) {
    return tenant == null ? SUMS : SUMS + OF_TENANT;
  }

  private static JdbcClient.StatementSpec of(@Nullable TenantId tenant, JdbcClient.StatementSpec statement) {
    return tenant == null ? statement : statement.param("tenant", tenant.value());
  }

  private static void checkSpan(LocalDate from, LocalDate until) {
    long days = ChronoUnit.DAYS.between(from, until);
    if (days < 1 || days > LONGEST) {
      throw new IllegalArgumentException("A span is 1 to " + LONGEST + " days, not " + days);
    }
  }

  private static String column(By by) {
    return switch (by) {
      case TENANT -> "tenant_id";
      case PROJECT -> "project_id";
      case KEY -> "key_id";
      case MODEL -> "model";
      case REGION -> "region";
      case OUTCOME -> "outcome";
    };
  }

  private static Row row(ResultSet row, Set<By> by) throws SQLException {
    return new Row(row.getObject("day", LocalDate.class), subject(row, by), row.getLong("requests"),
        row.getLong("failed"), usage(row), row.getLong("free"), row.getLong("packs"), amount(row));
  }

  private static Total total(ResultSet row, By by) throws SQLException {
    return new Total(row.getString("id"), subject(row, Set.of(by)), row.getLong("requests"),
        row.getLong("failed"), usage(row), row.getLong("free"), row.getLong("packs"), amount(row));
  }

  private static Subject subject(ResultSet row, Set<By> by) throws SQLException {
    return new Subject(id(row, by, By.TENANT, TenantId::new), id(row, by, By.PROJECT, ProjectId::new),
        id(row, by, By.KEY, ApiKeyId::new), text(row, by, By.MODEL), text(row, by, By.REGION),
        by.contains(By.OUTCOME) ? Consumption.Outcome.valueOf(row.getString("outcome")) : null);
  }

  private static Usage usage(ResultSet row) throws SQLException {
    return new Usage(row.getLong("input"), row.getLong("cached_input"), row.getLong("output"));
  }

  private static Money amount(ResultSet row) throws SQLException {
    return new Money(row.getString("currency"), row.getBigDecimal("amount").toBigIntegerExact());
  }

  private static <T> @Nullable T id(ResultSet row, Set<By> by, By what, Function<UUID, T> type)
      throws SQLException {
    return by.contains(what) ? type.apply(row.getObject(column(what), UUID.class)) : null;
  }

  private static @Nullable String text(ResultSet row, Set<By> by, By what) throws SQLException {
    return by.contains(what) ? row.getString(column(what)) : null;
  }
}
