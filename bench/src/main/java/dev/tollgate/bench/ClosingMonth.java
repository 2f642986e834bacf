package dev.tollgate.bench;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A month of many tenants, put into the database as settlements leave it: usage rows, and what they add to the roll-ups in
 * batches. Every tenant has two projects with a key each, three models, and requests all over the month.
 */
final class ClosingMonth {

  private static final int ROWS_AT_ONCE = 250_000;
  private static final int SETTLED_AT_ONCE = 2_000;

  // Request n comes from tenant n mod tenants: 800 tokens in, 300 of them cached, and 120 out.
  private static final String REQUESTS = """
      WITH request AS (
        SELECT n, t.id AS tenant_id, t.contract_id, t.account_id,
          CAST(:from AS timestamptz) + (CAST(:until AS timestamptz) - CAST(:from AS timestamptz)) * (n::float8 / :rows)
            AS arrived_at,
          (n / :tenants) % 2 AS project, 'model-' || (n / :tenants) % 3 AS model
        FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n
        JOIN bench.tenant t ON t.number = n % :tenants),
      identified AS (
        SELECT r.*, (lpad(to_hex(floor(extract(epoch FROM arrived_at) * 1000)::bigint), 12, '0') || '7000'
          || '8' || lpad(to_hex(n), 15, '0'))::uuid AS request_id,
          overlay(tenant_id::text PLACING CASE project WHEN 0 THEN 'a' ELSE 'b' END FROM 1)::uuid AS project_id,
          overlay(tenant_id::text PLACING CASE project WHEN 0 THEN 'c' ELSE 'd' END FROM 1)::uuid AS key_id
        FROM request r)
      """;

  private static final String USAGE = REQUESTS
      + """
          INSERT INTO billing.usage (request_id, tenant_id, project_id, key_id, contract_id, model, region, endpoint, backend,
            outcome, input_tokens, cached_input_tokens, output_tokens, currency, amount_pico, free_tokens, lines, arrived_at,
            first_token_at, completed_at, epoch, batch)
          SELECT request_id, tenant_id, project_id, key_id, contract_id, model, 'eu', '/v1/chat/completions', 'backend-1',
            'COMPLETED', 500, 300, 120, 'USD', 2310000000, 0,
            format('[{"class":"INPUT","fund":"MONEY","account":%1$s,"tokens":500,"price":%2$s,"unit_price":3000000,'
              || '"amount":1500000000},{"class":"INPUT_CACHED","fund":"MONEY","account":%1$s,"tokens":300,"price":%3$s,'
              || '"unit_price":300000,"amount":90000000},{"class":"OUTPUT","fund":"MONEY","account":%1$s,"tokens":120,'
              || '"price":%4$s,"unit_price":6000000,"amount":720000000}]', account_id, p.input, p.cached, p.output)::json,
            arrived_at, arrived_at + interval '200 ms', arrived_at + interval '2 s', 1, gen_random_uuid()
          FROM identified, bench.price p
          """;

  private static final String DELTAS = REQUESTS
      + """
          , numbered AS (
            SELECT i.*, n / :batch AS chunk, row_number() OVER (PARTITION BY n / :batch ORDER BY n) AS number
            FROM identified i)
          INSERT INTO billing.usage_delta (tenants, projects, keys, contracts, models, regions, currencies, outcomes, quarters,
            requests, input_tokens, cached_input_tokens, output_tokens, free_tokens, pack_millitokens, amounts, line_groups,
            line_accounts, line_prices, line_unit_prices, line_requests, line_tokens, line_amounts)
          SELECT array_agg(tenant_id ORDER BY n), array_agg(project_id ORDER BY n), array_agg(key_id ORDER BY n),
            array_agg(contract_id ORDER BY n), array_agg(model ORDER BY n), array_agg('eu'::text), array_agg('USD'::text),
            array_agg('COMPLETED'::text),
            array_agg(floor(extract(epoch FROM arrived_at) / 900)::bigint * 900 ORDER BY n), array_agg(1::bigint),
            array_agg(500::bigint), array_agg(300::bigint), array_agg(120::bigint), array_agg(0::bigint),
            array_agg(0::bigint), array_agg(2310000000::bigint),
            array_agg(number ORDER BY n) || array_agg(number ORDER BY n) || array_agg(number ORDER BY n),
            array_agg(account_id ORDER BY n) || array_agg(account_id ORDER BY n) || array_agg(account_id ORDER BY n),
            array_agg(p.input) || array_agg(p.cached) || array_agg(p.output),
            array_agg(3000000::bigint) || array_agg(300000::bigint) || array_agg(6000000::bigint),
            array_agg(1::bigint) || array_agg(1::bigint) || array_agg(1::bigint),
            array_agg(500::bigint) || array_agg(300::bigint) || array_agg(120::bigint),
            array_agg(1500000000::bigint) || array_agg(90000000::bigint) || array_agg(720000000::bigint)
          FROM numbered, bench.price p GROUP BY chunk ORDER BY chunk
          """;

  private final JdbcClient jdbc;
  private final YearMonth month;
  private final int tenants;
  private final long rows;

  ClosingMonth(JdbcClient jdbc, YearMonth month, int tenants, long rows) {
    this.jdbc = jdbc;
    this.month = month;
    this.tenants = tenants;
    this.rows = rows;
  }

  /** Puts everything in. */
  void fill() {
    addTenants();
    for (long first = 0; first < rows; first += ROWS_AT_ONCE) {
      long last = Math.min(rows, first + ROWS_AT_ONCE) - 1;
      requests(USAGE, first, last).update();
      requests(DELTAS, first, last).param("batch", SETTLED_AT_ONCE).update();
      if ((last + 1) % 1_000_000 == 0) {
        System.out.printf("%,d usage rows are in%n", last + 1);
      }
    }
    jdbc.sql("VACUUM (ANALYZE)").update();
    jdbc.sql("CHECKPOINT").update();
  }

  private void addTenants() {
    jdbc.sql("CREATE SCHEMA bench").update();
    jdbc.sql(
        "CREATE TABLE bench.tenant (number bigint PRIMARY KEY, id uuid, contract_id bigint, account_id bigint)")
        .update();
    jdbc.sql(
        "INSERT INTO bench.tenant (number, id) SELECT n, uuidv7() FROM generate_series(0, :tenants - 1) n")
        .param("tenants", tenants).update();
    jdbc.sql(
        """
            WITH added AS (
              INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
              SELECT id, 'pay-as-you-go', 'USD', 'UTC', 0, tstzrange(CAST(:from AS timestamptz), NULL) FROM bench.tenant
              RETURNING id, tenant_id)
            UPDATE bench.tenant t SET contract_id = added.id FROM added WHERE added.tenant_id = t.id
            """)
        .param("from", start(month).toString()).update();
    jdbc.sql("""
        WITH added AS (
          INSERT INTO billing.account (tenant_id, kind, unit) SELECT id, 'MONEY', 'USD' FROM bench.tenant
          RETURNING id, tenant_id)
        UPDATE bench.tenant t SET account_id = added.id FROM added WHERE added.tenant_id = t.id
        """).update();
    jdbc.sql("""
        WITH other AS (
          INSERT INTO billing.account (tenant_id, kind, unit)
          SELECT id, kind, 'USD' FROM bench.tenant CROSS JOIN (VALUES ('REVENUE'), ('LOSS')) AS k(kind)
          RETURNING id, tenant_id, kind)
        INSERT INTO billing.fund (account_id, tenant_id, kind, unit, credit_limit, drawn_into, covered_by)
        SELECT t.account_id, t.id, 'MONEY', 'USD', 1000000000000000, r.id, l.id
        FROM bench.tenant t JOIN other r ON r.tenant_id = t.id AND r.kind = 'REVENUE'
        JOIN other l ON l.tenant_id = t.id AND l.kind = 'LOSS'
        """).update();
    jdbc.sql(
        """
            WITH added AS (
              INSERT INTO billing.party (tenant_id, name, street, street_2, postal_code, city, country, email)
              SELECT id, 'Tenant ' || number || ' Ltd', '1 High Street', '', 'EC1A 1BB', 'London', 'GB', 'accounts@example.com'
              FROM bench.tenant RETURNING id, tenant_id)
            INSERT INTO billing.profile (tenant_id, issuer, party_id, tax_kind, tax_basis_points, payment_days)
            SELECT tenant_id, 'main', id, 'STANDARD', 1900, 14 FROM added
            """)
        .update();
    jdbc.sql(
        """
            CREATE TABLE bench.price AS
            SELECT max(id) FILTER (WHERE token_class = 'INPUT') AS input, max(id) FILTER (WHERE token_class = 'OUTPUT') AS output,
              max(id) FILTER (WHERE token_class = 'INPUT_CACHED') AS cached
            FROM billing.price WHERE currency = 'USD'
            """)
        .update();
  }

  private JdbcClient.StatementSpec requests(String sql, long first, long last) {
    return jdbc.sql(sql).param("from", start(month).toString())
        .param("until", start(month.plusMonths(1)).toString())
        .param("rows", rows).param("tenants", tenants).param("first", first).param("last", last);
  }

  static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
