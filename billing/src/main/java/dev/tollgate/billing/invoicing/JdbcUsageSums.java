package dev.tollgate.billing.invoicing;

import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Adds up usage for a close. A usage row belongs to exactly one period: that of its arrival if it was settled before
 * that period's cut, else the one during whose interval between two cuts it was settled (ADR 0011).
 *
 * <p>Rows are grouped by as few columns as tell the rest: the account tells the fund, the price the class.
 */
final class JdbcUsageSums {

  private static final int LATE = 0;
  private static final int OF_ONE_TENANT = -1;
  private static final long ROWS_AT_ONCE = 1_000_000;
  private static final int MOST_SLICES = 256;

  private static final String INTO = """
      INSERT INTO billing.usage_sum (close_id, slice, tenant_id, service_month, contract_id, model, region, account_id,
        price_id, unit_price, requests, tokens, amount)
      """;

  private static final String OF_THE_MONTH = """
      SELECT CAST(:close AS bigint), CAST(:slice AS int), c.tenant_id, CAST(:month AS date), g.contract_id, g.model,
        g.region, g.account, g.price, g.unit_price, g.requests, g.tokens, g.amount
      FROM (
        SELECT u.contract_id, u.model, u.region, l.account, l.price, l.unit_price, count(*) AS requests,
          sum(l.tokens) AS tokens, sum(l.amount) AS amount
        FROM billing.usage u JOIN billing.period p ON p.tenant_id = u.tenant_id AND {whose}
        CROSS JOIN LATERAL json_to_recordset(u.lines)
          AS l(account bigint, price bigint, unit_price bigint, tokens bigint, amount bigint)
        WHERE u.request_id >= :fromId AND u.request_id < :untilId AND u.settled_at < :cut
          AND u.arrived_at >= lower(p.span) AND u.arrived_at < upper(p.span)
        GROUP BY 1, 2, 3, 4, 5, 6) g JOIN billing.contract c ON c.id = g.contract_id
      """;

  // What arrived before a tenant's first period is counted to the calendar month (UTC) of its arrival.
  private static final String SETTLED_LATE = """
      SELECT CAST(:close AS bigint), CAST(:slice AS int), u.tenant_id,
        COALESCE(e.month, LEAST(date_trunc('month', u.arrived_at AT TIME ZONE 'UTC')::date,
          (p.month - interval '1 month')::date)), u.contract_id, u.model, u.region,
        l.account, l.price, l.unit_price, count(*), sum(l.tokens), sum(l.amount)
      FROM billing.usage u JOIN billing.period p ON p.tenant_id = u.tenant_id AND {whose}
      LEFT JOIN billing.period e ON e.tenant_id = u.tenant_id AND e.span @> u.arrived_at
      CROSS JOIN LATERAL json_to_recordset(u.lines)
        AS l(account bigint, price bigint, unit_price bigint, tokens bigint, amount bigint)
      WHERE u.request_id < :fromId AND u.settled_at >= CAST(:since AS timestamptz) AND u.settled_at < :cut
        AND u.settled_at >= p.previous_cut AND u.arrived_at < lower(p.span)
      GROUP BY 3, 4, 5, 6, 7, 8, 9, 10
      """;

  private static final String OF_CLOSE = "p.close_id = :close AND p.state = 'CLOSING'";
  private static final String OF_TENANT = "p.close_id = :close AND p.tenant_id = :tenant AND u.tenant_id = :tenant";

  private final JdbcClient jdbc;

  JdbcUsageSums(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Parts the usage of a close into stretches of about as many rows as one transaction should add up. */
  void slice(long close, YearMonth month) {
    long rows = jdbc
        .sql(
            """
                SELECT COALESCE(sum(GREATEST(reltuples, 0)), 0)::bigint FROM pg_class
                WHERE oid = to_regclass('billing.usage_' || to_char(CAST(:month AS date), 'YYYY_MM')) OR relname = 'usage_default'
                """)
        .param("month", Months.stored(month)).query(Long.class).single();
    jdbc.sql(
        """
            WITH bounds AS (
              SELECT min(lower(span)) - interval '1 day' AS since, max(lower(span)) + interval '1 day' AS late_until,
                max(upper(span)) + interval '1 day' AS until
              FROM billing.period WHERE close_id = :close)
            INSERT INTO billing.close_slice (close_id, slice, from_id, until_id)
            SELECT :close, :late, '00000000-0000-0000-0000-000000000000', billing.first_request_id(late_until) FROM bounds
            UNION ALL
            SELECT :close, n, billing.first_request_id(since + (until - since) * (n - 1) / :slices),
              billing.first_request_id(since + (until - since) * n / :slices)
            FROM bounds, generate_series(1, CAST(:slices AS int)) n
            """)
        .param("close", close).param("late", LATE)
        .param("slices", Math.clamp(rows / ROWS_AT_ONCE + 1, 2, MOST_SLICES)).update();
  }

  /** Adds up one stretch that nobody else works on; false if there is none left. */
  boolean sumNext(CloseRow close, Instant cut) {
    var next = jdbc.sql("""
        SELECT slice, from_id, until_id FROM billing.close_slice WHERE close_id = :close AND done_at IS NULL
        ORDER BY slice LIMIT 1 FOR UPDATE SKIP LOCKED
        """).param("close", close.id()).query((row, number) -> new Slice(row.getInt("slice"),
        row.getObject("from_id", UUID.class), row.getObject("until_id", UUID.class))).optional();
    next.ifPresent(slice -> sum(close, slice, cut));
    return next.isPresent();
  }

  private record Slice(int number, UUID from, UUID until) {}

  private void sum(CloseRow close, Slice slice, Instant cut) {
    preferHashing();
    if (slice.number() == LATE) {
      late(OF_CLOSE, close, slice, cut).update();
    } else {
      ofTheMonth(OF_CLOSE, close, slice, cut).update();
    }
    jdbc.sql(
        "UPDATE billing.close_slice SET done_at = clock_timestamp() WHERE close_id = :close AND slice = :slice")
        .param("close", close.id()).param("slice", slice.number()).update();
  }

  /** Adds up the usage of one tenant's period again, as it was cut. */
  void sum(CloseRow close, TenantId tenant, Instant cut) {
    clear(close.id(), List.of(tenant));
    Slice all = jdbc.sql("""
        SELECT billing.first_request_id(lower(span) - interval '1 day') AS from_id,
          billing.first_request_id(upper(span) + interval '1 day') AS until_id
        FROM billing.period WHERE close_id = :close AND tenant_id = :tenant
        """).param("close", close.id()).param("tenant", tenant.value())
        .query((row, number) -> new Slice(OF_ONE_TENANT, row.getObject("from_id", UUID.class),
            row.getObject("until_id", UUID.class)))
        .single();
    ofTheMonth(OF_TENANT, close, all, cut).param("tenant", tenant.value()).update();
    late(OF_TENANT, close, all, cut).param("tenant", tenant.value()).update();
  }

  private JdbcClient.StatementSpec ofTheMonth(String whose, CloseRow close, Slice slice, Instant cut) {
    return jdbc.sql(INTO + OF_THE_MONTH.replace("{whose}", whose)).param("close", close.id())
        .param("slice", slice.number())
        .param("month", Months.stored(close.month())).param("fromId", slice.from())
        .param("untilId", slice.until()).param("cut", Months.utc(cut));
  }

  /** Of a request id from before the stretch's end, so that few partitions and pages are read. */
  private JdbcClient.StatementSpec late(String whose, CloseRow close, Slice slice, Instant cut) {
    return jdbc.sql(INTO + SETTLED_LATE.replace("{whose}", whose)).param("close", close.id())
        .param("slice", slice.number()).param("fromId", slice.until())
        .param("since", earliestCut(close.id())).param("cut", Months.utc(cut));
  }

  private Object earliestCut(long close) {
    return jdbc.sql("SELECT min(previous_cut)::text FROM billing.period WHERE close_id = :close")
        .param("close", close)
        .query(String.class).single();
  }

  void clear(long close, List<TenantId> tenants) {
    jdbc.sql(
        "DELETE FROM billing.usage_sum WHERE close_id = :close AND tenant_id = ANY (CAST(:tenants AS uuid[]))")
        .param("close", close).param("tenants", SqlArray.of(tenants.stream().map(TenantId::value).toList()))
        .update();
  }

  /** The planner takes the lines of a row for a hundred and would sort them all on disk. */
  private void preferHashing() {
    jdbc.sql("""
        SELECT set_config('enable_sort', 'off', true), set_config('enable_mergejoin', 'off', true),
          set_config('enable_incremental_sort', 'off', true), set_config('jit', 'off', true),
          set_config('work_mem', '128MB', true)
        """).query((row, number) -> 0).list();
  }
}
