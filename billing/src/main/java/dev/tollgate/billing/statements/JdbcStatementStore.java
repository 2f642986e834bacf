package dev.tollgate.billing.statements;

import dev.tollgate.billing.Money;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.UsageReports.Detail;
import dev.tollgate.billing.UsageReports.Position;
import dev.tollgate.billing.UsageReports.Row;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads balances and sums of usage. What is settled counts, whether it is posted yet or not. */
final class JdbcStatementStore {

  private static final String USAGE_BY_KEY = """
      WITH summed AS (
        SELECT date_trunc('day', arrived_at, 'UTC') AS day, project_id, key_id, model, currency,
          count(*) AS requests, count(*) FILTER (WHERE outcome = 'BACKEND_FAILED') AS failed,
          sum(input_tokens) AS input, sum(cached_input_tokens) AS cached_input, sum(output_tokens) AS output,
          sum(free_tokens) AS free, sum(pack_millitokens) AS packs, sum(amount_pico) AS amount
        FROM billing.usage
        WHERE tenant_id = :tenant AND arrived_at >= :from AND arrived_at < :until
          AND request_id >= billing.first_request_id(CAST(:from AS timestamptz) - interval '1 day')
          AND request_id < billing.first_request_id(CAST(:until AS timestamptz) + interval '1 day')
        GROUP BY 1, 2, 3, 4, 5)
      SELECT * FROM summed
      WHERE CAST(:day AS timestamptz) IS NULL OR (day, project_id, key_id, model, currency)
        > (CAST(:day AS timestamptz), CAST(:project AS uuid), CAST(:key AS uuid), :model, :currency)
      ORDER BY day, project_id, key_id, model, currency LIMIT :limit
      """;

  private final JdbcClient jdbc;

  JdbcStatementStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** @param until exclusive */
  record AllowanceRow(long left, Instant until) {}

  BigInteger balance(TenantId tenant, String currency) {
    return jdbc.sql("""
        SELECT balance - billing.pending(account_id) FROM billing.fund
        WHERE tenant_id = :tenant AND kind = 'MONEY' AND unit = :unit
        """).param("tenant", tenant.value()).param("unit", currency).query(BigDecimal.class).optional()
        .map(BigDecimal::toBigIntegerExact).orElse(BigInteger.ZERO);
  }

  Optional<AllowanceRow> allowance(TenantId tenant, Instant at) {
    return jdbc.sql("""
        SELECT balance - billing.pending(account_id) AS balance, valid_until FROM billing.fund
        WHERE tenant_id = :tenant AND kind = 'FREE_ALLOWANCE' AND valid_from <= :at AND :at < valid_until
        """).param("tenant", tenant.value()).param("at", utc(at))
        .query((row, number) -> new AllowanceRow(row.getLong("balance"), instant(row, "valid_until")))
        .optional();
  }

  /** The ids narrow the search to some partitions and a stretch of the index; the time of arrival decides. */
  List<Row> usageByDay(TenantId tenant, ApiKeyId key, Instant from, Instant until) {
    return jdbc.sql("""
        SELECT date_trunc('day', arrived_at, 'UTC') AS day, model, currency, count(*) AS requests,
          count(*) FILTER (WHERE outcome = 'BACKEND_FAILED') AS failed, sum(input_tokens) AS input,
          sum(cached_input_tokens) AS cached_input, sum(output_tokens) AS output,
          sum(free_tokens) AS free, sum(pack_millitokens) AS packs, sum(amount_pico) AS amount
        FROM billing.usage
        WHERE tenant_id = :tenant AND key_id = :key AND arrived_at >= :from AND arrived_at < :until
          AND request_id >= billing.first_request_id(CAST(:from AS timestamptz) - interval '1 day')
          AND request_id < billing.first_request_id(CAST(:until AS timestamptz) + interval '1 day')
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """).param("tenant", tenant.value()).param("key", key.value()).param("from", utc(from))
        .param("until", utc(until)).query((row, number) -> row(row)).list();
  }

  List<Detail> usageByKey(TenantId tenant, Instant from, Instant until, @Nullable Position after, int limit) {
    return jdbc.sql(USAGE_BY_KEY)
        .param("tenant", tenant.value()).param("from", utc(from)).param("until", utc(until))
        .param("day", after == null ? null : utc(after.day()))
        .param("project", after == null ? null : after.project().value())
        .param("key", after == null ? null : after.key().value())
        .param("model", after == null ? null : after.model())
        .param("currency", after == null ? null : after.currency()).param("limit", limit)
        .query((row, number) -> new Detail(new ProjectId(row.getObject("project_id", UUID.class)),
            new ApiKeyId(row.getObject("key_id", UUID.class)), row(row)))
        .list();
  }

  private static Row row(ResultSet row) throws SQLException {
    var usage = new Usage(row.getLong("input"), row.getLong("cached_input"), row.getLong("output"));
    var amount = new Money(row.getString("currency"), row.getBigDecimal("amount").toBigIntegerExact());
    return new Row(instant(row, "day"), row.getString("model"), row.getLong("requests"),
        row.getLong("failed"),
        usage, row.getLong("free"), row.getLong("packs"), amount);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
