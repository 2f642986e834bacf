package dev.tollgate.bench;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.billing.pricing.Line;
import dev.tollgate.billing.rollups.UsageDelta;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A month of many tenants, put into the database as settlements and their folding leave it: usage rows, roll-ups by day and
 * month, the ledger's transfers, and for the last requests what is yet to be folded. Every tenant has two projects with a
 * key each, three models, and requests all over the month, no two alike.
 */
final class ClosingMonth {

  private static final int ROWS_AT_ONCE = 500_000;
  private static final int SETTLED_AT_ONCE = 2_000;
  private static final int FILLING = 2;
  private static final long YET_TO_BE_FOLDED = 50_000;

  // Request n comes from tenant n mod tenants: some hundred tokens in, some of them cached, and some out.
  private static final String REQUESTS = """
      WITH request AS (
        SELECT n, n % :tenants AS tenant, n / :tenants AS round, :from + n * :span / :rows AS millis, 200 + n % 401 AS fresh,
          n % 307 AS cached, 20 + n % 211 AS output
        FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n),
      known AS (
        SELECT r.*, (lpad(to_hex(millis), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid AS request_id,
          to_timestamp(millis / 1000.0) AS arrived_at, t.id AS tenant_id, t.contract_id, t.account_id,
          CASE round % 2 WHEN 0 THEN t.project_1 ELSE t.project_2 END AS project_id,
          CASE round % 2 WHEN 0 THEN t.key_1 ELSE t.key_2 END AS key_id,
          CASE round % 3 WHEN 0 THEN 'model-0' WHEN 1 THEN 'model-1' ELSE 'model-2' END AS model,
          fresh * 3000000 AS fresh_amount, cached * 300000 AS cached_amount, output * 6000000 AS output_amount
        FROM request r JOIN bench.tenant t ON t.number = r.tenant)
      """;

  private static final String USAGE = """
      INSERT INTO billing.usage_filled (request_id, tenant_id, project_id, key_id, contract_id, model, region, endpoint, backend,
        outcome, input_tokens, cached_input_tokens, output_tokens, currency, amount_pico, free_tokens, lines, arrived_at,
        first_token_at, completed_at, epoch, batch)
      """
      + REQUESTS
      + """
          SELECT request_id, tenant_id, project_id, key_id, contract_id, model, 'eu', '/v1/chat/completions', 'backend-1',
            'COMPLETED', fresh, cached, output, 'USD', fresh_amount + cached_amount + output_amount, 0,
            ('[{"class":"INPUT","fund":"MONEY","account":' || account_id || ',"tokens":' || fresh || ',"price":' || p.input_price
              || ',"unit_price":3000000,"amount":' || fresh_amount
              || '},{"class":"INPUT_CACHED","fund":"MONEY","account":' || account_id || ',"tokens":' || cached || ',"price":'
              || p.cached_price || ',"unit_price":300000,"amount":' || cached_amount
              || '},{"class":"OUTPUT","fund":"MONEY","account":' || account_id || ',"tokens":' || output || ',"price":'
              || p.output_price || ',"unit_price":6000000,"amount":' || output_amount || '}]')::json,
            arrived_at, arrived_at + interval '200 ms', arrived_at + interval '2 s', 1, lpad(to_hex(n / :chunk), 32, '0')::uuid
          FROM known, bench.price p
          """;

  private static final String UNFOLDED = REQUESTS
      + """
          SELECT k.*, p.* FROM known k, bench.price p ORDER BY n
          """;

  // What roll-ups and ledger say comes from the rows that were written, not from the formula behind them.
  private static final String SUMS = """
      CREATE TABLE bench.sums AS
      SELECT tenant_id, (arrived_at AT TIME ZONE 'UTC')::date AS day, project_id, key_id, model,
        arrived_at < (SELECT since FROM bench.unfolded) AS folded, count(*) AS requests,
        sum(input_tokens) AS input, sum(cached_input_tokens) AS cached, sum(output_tokens) AS output,
        sum(amount_pico) AS amount
      FROM billing.usage_filled GROUP BY 1, 2, 3, 4, 5, 6
      """;

  private static final String DAYS = """
      INSERT INTO billing.usage_day (tenant_id, day, project_id, key_id, model, region, currency, outcome, requests,
        input_tokens, cached_input_tokens, output_tokens, free_tokens, pack_millitokens, amount_pico)
      SELECT tenant_id, day, project_id, key_id, model, 'eu', 'USD', 'COMPLETED', requests, input, cached, output, 0, 0, amount
      FROM bench.sums WHERE folded ORDER BY tenant_id, day
      """;

  private static final String MONTHS = """
      INSERT INTO billing.usage_month (tenant_id, month, cut, contract_id, model, region, account_id, price_id, unit_price,
        requests, tokens, amount)
      SELECT s.tenant_id, date_trunc('month', s.day)::date, 0, t.contract_id, s.model, 'eu', t.account_id, c.price,
        c.unit_price, sum(s.requests), sum(c.tokens), sum(c.tokens * c.unit_price)
      FROM bench.sums s JOIN bench.tenant t ON t.id = s.tenant_id CROSS JOIN bench.price p
      CROSS JOIN LATERAL (VALUES (p.input_price, 3000000, s.input), (p.cached_price, 300000, s.cached), (p.output_price, 6000000, s.output))
        AS c(price, unit_price, tokens)
      WHERE s.folded GROUP BY 1, 2, 4, 5, 7, 8, 9 ORDER BY 1, 2
      """;

  private static final String TRANSFERS = """
      INSERT INTO billing.transfer (batch, debit_account, credit_account, amount, unit, reason)
      SELECT gen_random_uuid(), t.account_id, t.revenue_id, sum(s.amount), 'USD', 'USAGE'
      FROM bench.sums s JOIN bench.tenant t ON t.id = s.tenant_id
      GROUP BY t.account_id, t.revenue_id, s.day, s.project_id ORDER BY s.day
      """;

  private static final String BALANCES = """
      UPDATE billing.fund f SET balance = -s.amount
      FROM bench.tenant t JOIN (SELECT tenant_id, sum(amount) AS amount FROM bench.sums GROUP BY 1) s ON s.tenant_id = t.id
      WHERE f.account_id = t.account_id
      """;

  private final DataSource database;
  private final JdbcClient jdbc;
  private final YearMonth month;
  private final int tenants;
  private final long rows;

  ClosingMonth(DataSource database, YearMonth month, int tenants, long rows) {
    this.database = database;
    this.jdbc = JdbcClient.create(database);
    this.month = month;
    this.tenants = tenants;
    this.rows = rows;
  }

  /** Puts everything in. */
  void fill() {
    set("max_wal_size = '16GB'", "checkpoint_timeout = '1h'", "autovacuum = off",
        "maintenance_work_mem = '1GB'",
        "work_mem = '256MB'");
    addTenants();
    long folded = Math.max(0, rows - YET_TO_BE_FOLDED) / SETTLED_AT_ONCE * SETTLED_AT_ONCE;
    addUsage();
    say("usage rows are in");
    for (long first = folded; first < rows; first += SETTLED_AT_ONCE) {
      leaveToBeFolded(first, Math.min(rows, first + SETTLED_AT_ONCE) - 1);
    }
    jdbc.sql("CREATE TABLE bench.unfolded (since timestamptz)").update();
    jdbc.sql("INSERT INTO bench.unfolded VALUES (to_timestamp(:since / 1000.0))")
        .param("since", millis(folded))
        .update();
    for (String derived : List.of(SUMS, DAYS, MONTHS, TRANSFERS, BALANCES)) {
      jdbc.sql(derived).update();
    }
    say("roll-ups and ledger are in");
    attach();
    jdbc.sql("VACUUM (ANALYZE)").update();
    set();
    jdbc.sql("CHECKPOINT").update();
    say("indexes are in");
  }

  private void addTenants() {
    jdbc.sql("CREATE SCHEMA bench").update();
    jdbc.sql(
        """
            CREATE TABLE bench.tenant (number bigint PRIMARY KEY, id uuid, project_1 uuid, project_2 uuid, key_1 uuid,
              key_2 uuid, contract_id bigint, account_id bigint, revenue_id bigint)
            """)
        .update();
    jdbc.sql("""
        INSERT INTO bench.tenant (number, id, project_1, project_2, key_1, key_2)
        SELECT n, uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7() FROM generate_series(0, :tenants - 1) n
        """).param("tenants", tenants).update();
    jdbc.sql(
        """
            WITH added AS (
              INSERT INTO billing.contract (tenant_id, plan, currency, zone, free_tokens_per_month, effective)
              SELECT id, 'pay-as-you-go', 'USD', 'UTC', 0, tstzrange(CAST(:from AS timestamptz), NULL) FROM bench.tenant
              RETURNING id, tenant_id)
            UPDATE bench.tenant t SET contract_id = added.id FROM added WHERE added.tenant_id = t.id
            """)
        .param("from", start(month).toString()).update();
    addAccount("MONEY", "account_id");
    addAccount("REVENUE", "revenue_id");
    jdbc.sql("""
        WITH loss AS (
          INSERT INTO billing.account (tenant_id, kind, unit) SELECT id, 'LOSS', 'USD' FROM bench.tenant
          RETURNING id, tenant_id)
        INSERT INTO billing.fund (account_id, tenant_id, kind, unit, credit_limit, drawn_into, covered_by)
        SELECT t.account_id, t.id, 'MONEY', 'USD', 1000000000000000, t.revenue_id, l.id
        FROM bench.tenant t JOIN loss l ON l.tenant_id = t.id
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
            SELECT max(id) FILTER (WHERE token_class = 'INPUT') AS input_price, max(id) FILTER (WHERE token_class = 'OUTPUT') AS output_price,
              max(id) FILTER (WHERE token_class = 'INPUT_CACHED') AS cached_price
            FROM billing.price WHERE currency = 'USD'
            """)
        .update();
    jdbc.sql("ANALYZE bench.tenant, bench.price").update();
  }

  private void addAccount(String kind, String column) {
    jdbc.sql(
        """
            WITH added AS (
              INSERT INTO billing.account (tenant_id, kind, unit) SELECT id, '%s', 'USD' FROM bench.tenant RETURNING id, tenant_id)
            UPDATE bench.tenant t SET %s = added.id FROM added WHERE added.tenant_id = t.id
            """
            .formatted(kind, column))
        .update();
  }

  /** Into a table of its own, which gets its indexes when it becomes the month's partition: that is ten times as fast. */
  private void addUsage() {
    jdbc.sql(
        """
            CREATE TABLE billing.usage_filled (LIKE billing.usage INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)
            """)
        .update();
    var next = new AtomicLong();
    try (var threads = Executors.newFixedThreadPool(FILLING)) {
      var parts = new ArrayList<Future<?>>();
      for (int i = 0; i < FILLING; i++) {
        parts.add(threads.submit(() -> addUsage(next)));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("The month could not be filled", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The month was not filled to its end", e);
    }
  }

  private void addUsage(AtomicLong next) {
    JdbcClient own = JdbcClient.create(database);
    for (long first = next.getAndAdd(ROWS_AT_ONCE); first < rows; first = next.getAndAdd(ROWS_AT_ONCE)) {
      requests(own, USAGE, first, Math.min(rows, first + ROWS_AT_ONCE) - 1).param("chunk", SETTLED_AT_ONCE)
          .update();
    }
  }

  /** As a transaction of settlement would that inserted the requests from one to another. */
  private void leaveToBeFolded(long first, long last) {
    var delta = new UsageDelta();
    requests(jdbc, UNFOLDED, first, last).query(row -> {
      var payer = new Payer(new TenantId(row.getObject("tenant_id", UUID.class)),
          new ProjectId(row.getObject("project_id", UUID.class)),
          new ApiKeyId(row.getObject("key_id", UUID.class)));
      Instant at = row.getObject("arrived_at", OffsetDateTime.class).toInstant();
      var consumption = new Consumption(
          new Usage(row.getLong("fresh"), row.getLong("cached"), row.getLong("output")),
          Consumption.Outcome.COMPLETED, "/v1/chat/completions", "backend-1", at, at);
      delta.add(payer, row.getLong("contract_id"), row.getString("model"), "eu", "USD", at, consumption,
          Bill.of(List.of(line(row, TokenClass.INPUT, "fresh", "input_price", 3_000_000),
              line(row, TokenClass.INPUT_CACHED, "cached", "cached_price", 300_000),
              line(row, TokenClass.OUTPUT, "output", "output_price", 6_000_000))));
    });
    try (Connection connection = database.getConnection()) {
      delta.write(connection, new UUID(0, first / SETTLED_AT_ONCE));
    } catch (SQLException e) {
      throw new IllegalStateException("What is yet to be folded could not be written", e);
    }
  }

  private static Line line(ResultSet row, TokenClass of, String tokens, String price, long unitPrice)
      throws SQLException {
    return new Line(of, row.getLong("account_id"), FundKind.MONEY, row.getLong(tokens), row.getLong(price),
        unitPrice, row.getLong(tokens) * unitPrice);
  }

  private void attach() {
    String partition = "billing.usage_%04d_%02d".formatted(month.getYear(), month.getMonthValue());
    jdbc.sql("DROP TABLE " + partition).update();
    jdbc.sql("""
        ALTER TABLE billing.usage ATTACH PARTITION billing.usage_filled
        FOR VALUES FROM (billing.first_request_id('%s')) TO (billing.first_request_id('%s'))
        """.formatted(start(month), start(month.plusMonths(1)))).update();
  }

  /** Settings of the server for as long as it is filled; none puts all back. */
  private void set(String... settings) {
    jdbc.sql("ALTER SYSTEM RESET ALL").update();
    for (String setting : settings) {
      jdbc.sql("ALTER SYSTEM SET " + setting).update();
    }
    jdbc.sql("SELECT pg_reload_conf()").query(Boolean.class).single();
  }

  private void say(String what) {
    System.out.printf("%s: %,d of %,d tenants, %tT%n", what, rows, tenants, LocalTime.now(ZoneOffset.UTC));
  }

  private JdbcClient.StatementSpec requests(JdbcClient client, String sql, long first, long last) {
    long from = start(month).toEpochMilli();
    return client.sql(sql).param("from", from).param("span", start(month.plusMonths(1)).toEpochMilli() - from)
        .param("rows", rows).param("tenants", tenants).param("first", first).param("last", last);
  }

  /** When a request arrives, as the statements tell it. */
  private long millis(long request) {
    long from = start(month).toEpochMilli();
    return from + request * (start(month.plusMonths(1)).toEpochMilli() - from) / rows;
  }

  static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
