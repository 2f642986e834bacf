package dev.tollgate.billing.rollups;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Moves rows of {@code billing.usage_delta} into the roll-ups. Transactions are the caller's. */
final class JdbcRollUpStore {

  /** Transactions of settlement at once, and what they tell apart: the more of it, the more share a row of a roll-up. */
  private static final int MOST_AT_ONCE = 500;
  private static final int MOST_GROUPS = 200_000;

  private static final String FOLD = """
      WITH claimed AS MATERIALIZED (
        DELETE FROM billing.usage_delta WHERE id = ANY (CAST(:ids AS bigint[])) RETURNING *),
      cuts AS MATERIALIZED (
        SELECT d.id, COALESCE((SELECT max(c.id) FROM billing.close c WHERE c.cut_at <= d.settled_at), 0) AS cut
        FROM claimed d),
      noted AS MATERIALIZED (
        SELECT d.id, g.*, t.day
        FROM claimed d
        CROSS JOIN LATERAL unnest(d.tenants, d.projects, d.keys, d.contracts, d.models, d.regions, d.currencies, d.outcomes,
          d.quarters, d.requests, d.input_tokens, d.cached_input_tokens, d.output_tokens, d.free_tokens,
          d.pack_millitokens, d.amounts) WITH ORDINALITY AS g(tenant_id, project_id, key_id, contract_id, model, region,
          currency, outcome, quarter, requests, input, cached_input, output, free, packs, amount, number)
        LEFT JOIN billing.contract k ON k.id = g.contract_id
        JOIN unnest(CAST(:zones AS text[]), CAST(:quarters AS bigint[]), CAST(:days AS date[])) AS t(zone, quarter, day)
          ON t.zone = COALESCE(k.zone, 'Z') AND t.quarter = g.quarter),
      line AS MATERIALIZED (
        SELECT d.id, l.*
        FROM claimed d
        CROSS JOIN LATERAL unnest(d.line_groups, d.line_accounts, d.line_prices, d.line_unit_prices, d.line_requests,
          d.line_tokens, d.line_amounts) AS l(number, account_id, price_id, unit_price, requests, tokens, amount)),
      drawn AS MATERIALIZED (
        SELECT n.tenant_id, date_trunc('month', n.day)::date AS month, c.cut, n.contract_id, n.model, n.region, l.account_id,
          l.price_id, l.unit_price, sum(l.requests) AS requests, sum(l.tokens) AS tokens, sum(l.amount) AS amount,
          count(*) AS lines
        FROM line l JOIN noted n ON n.id = l.id AND n.number = l.number JOIN cuts c ON c.id = l.id
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9),
      days AS (
        INSERT INTO billing.usage_day AS u (tenant_id, day, project_id, key_id, model, region, currency, outcome, requests,
          input_tokens, cached_input_tokens, output_tokens, free_tokens, pack_millitokens, amount_pico)
        SELECT tenant_id, day, project_id, key_id, model, region, currency, outcome, sum(requests), sum(input),
          sum(cached_input), sum(output), sum(free), sum(packs), sum(amount)
        FROM noted GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2
        ON CONFLICT (tenant_id, day, project_id, key_id, model, region, currency, outcome) DO UPDATE SET
          requests = u.requests + excluded.requests, input_tokens = u.input_tokens + excluded.input_tokens,
          cached_input_tokens = u.cached_input_tokens + excluded.cached_input_tokens,
          output_tokens = u.output_tokens + excluded.output_tokens, free_tokens = u.free_tokens + excluded.free_tokens,
          pack_millitokens = u.pack_millitokens + excluded.pack_millitokens,
          amount_pico = u.amount_pico + excluded.amount_pico),
      months AS (
        INSERT INTO billing.usage_month AS u (tenant_id, month, cut, contract_id, model, region, account_id, price_id,
          unit_price, requests, tokens, amount)
        SELECT tenant_id, month, cut, contract_id, model, region, account_id, price_id, unit_price, requests, tokens, amount
        FROM drawn ORDER BY 1, 2
        ON CONFLICT (tenant_id, month, cut, contract_id, model, region, account_id, price_id, unit_price) DO UPDATE SET
          requests = u.requests + excluded.requests, tokens = u.tokens + excluded.tokens,
          amount = u.amount + excluded.amount)
      SELECT (SELECT COALESCE(sum(cardinality(tenants)), 0) FROM claimed) = (SELECT count(*) FROM noted)
        AND (SELECT COALESCE(sum(cardinality(line_accounts)), 0) FROM claimed) = (SELECT COALESCE(sum(lines), 0) FROM drawn)
      """;

  private final JdbcClient jdbc;

  JdbcRollUpStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Until the end of the transaction; false if others are at it and were not to be waited for. */
  boolean excludeOthers(boolean wait) {
    if (wait) {
      jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('billing.roll_ups', 0))")
          .query((row, number) -> 0).list();
      return true;
    }
    return jdbc.sql("SELECT pg_try_advisory_xact_lock(hashtextextended('billing.roll_ups', 0))")
        .query(Boolean.class).single();
  }

  /** Folds the oldest rows that were settled before an instant; how many. */
  int fold(Instant before) {
    List<Long> ids = jdbc
        .sql(
            """
                SELECT id FROM (
                  SELECT id, sum(groups) OVER (ORDER BY id) - groups AS before
                  FROM (
                    SELECT id, cardinality(tenants) AS groups FROM billing.usage_delta
                    WHERE settled_at < CAST(:before AS timestamptz) ORDER BY id LIMIT :most) oldest) counted
                WHERE before < :groups ORDER BY id
                """)
        .param("before", before.equals(Instant.MAX) ? "infinity" : before.toString())
        .param("most", MOST_AT_ONCE).param("groups", MOST_GROUPS).query(Long.class).list();
    if (!ids.isEmpty()) {
      preferHashing();
      fold(ids, days(ids));
    }
    return ids.size();
  }

  /** The planner takes an array for ten elements, and would compare each line with each group. */
  private void preferHashing() {
    jdbc.sql(
        """
            SELECT set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
              set_config('enable_sort', 'off', true), set_config('work_mem', '64MB', true), set_config('jit', 'off', true)
            """)
        .query((row, number) -> 0).list();
  }

  private void fold(List<Long> ids, List<Day> days) {
    boolean whole = jdbc.sql(FOLD).param("ids", array(ids))
        .param("zones", array(days.stream().map(Day::zone).toList()))
        .param("quarters", array(days.stream().map(Day::quarter).toList()))
        .param("days", array(days.stream().map(Day::date).toList())).query(Boolean.class).single();
    if (!whole) {
      throw new IllegalStateException("Some of the usage of " + ids + " would be left out of the roll-ups");
    }
  }

  /** Which days the requests belong to: zones are told by the same rules here as everywhere else. */
  private List<Day> days(List<Long> ids) {
    return jdbc
        .sql(
            """
                SELECT DISTINCT COALESCE(k.zone, 'Z') AS zone, g.quarter
                FROM billing.usage_delta d CROSS JOIN LATERAL unnest(d.contracts, d.quarters) AS g(contract_id, quarter)
                LEFT JOIN billing.contract k ON k.id = g.contract_id
                WHERE d.id = ANY (CAST(:ids AS bigint[]))
                """)
        .param("ids", array(ids))
        .query((row, number) -> new Day(row.getString("zone"), row.getLong("quarter"))).list();
  }

  private record Day(String zone, long quarter) {

    Object date() {
      return Instant.ofEpochSecond(quarter).atZone(zone.equals("Z") ? ZoneOffset.UTC : ZoneId.of(zone))
          .toLocalDate();
    }
  }

  /** Ids, numbers, dates and zones need no quotes in the text of an array. */
  private static String array(Collection<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(",", "{", "}"));
  }
}
