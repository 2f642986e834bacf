package dev.tollgate.billing.statements;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import dev.tollgate.billing.TokenClass;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.UsageRecords;
import dev.tollgate.billing.pricing.FundKind;
import dev.tollgate.tenants.ApiKeyId;
import dev.tollgate.tenants.ProjectId;
import dev.tollgate.tenants.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Usage rows as they were settled. */
public final class SettledUsageRecords implements UsageRecords {

  /** The rows of a request: its own, and those of what it used beyond an interruption. */
  private static final String ROWS = """
      WITH RECURSIVE part(request_id, number) AS (
        VALUES (:request::uuid, 0)
        UNION ALL
        SELECT i.remainder_id, number + 1 FROM part JOIN billing.interruption i USING (request_id)
        WHERE i.remainder_id IS NOT NULL)
      SELECT number, u.* FROM part JOIN billing.usage u USING (request_id) WHERE u.tenant_id = :tenant
      """;

  private static final String LINES = """
      SELECT l."class", l.fund, l.tokens, l.price, l.unit_price, l.amount, p.reference
      FROM (%s) u
      CROSS JOIN LATERAL ROWS FROM (json_to_recordset(u.lines) AS ("class" text, fund text, account bigint,
        tokens bigint, price bigint, unit_price bigint, amount bigint))
        WITH ORDINALITY AS l("class", fund, account, tokens, price, unit_price, amount, position)
      LEFT JOIN billing.pack p ON p.account_id = l.account
      WHERE number <= :last ORDER BY number, l.position
      """.formatted(ROWS);

  private final JdbcClient jdbc;

  public SettledUsageRecords(DataSource database) {
    this.jdbc = JdbcClient.create(database);
  }

  /** In two statements: rows of usage are never changed, and the draws are those of the rows that were there at first. */
  @Override
  public Optional<UsageRecord> find(TenantId tenant, RequestId request) {
    List<UsageRecord> rows = jdbc.sql("SELECT * FROM (" + ROWS + ") ORDER BY number")
        .param("tenant", tenant.value()).param("request", request.value())
        .query((row, number) -> read(row, request)).list();
    return rows.stream().reduce(SettledUsageRecords::together)
        .map(whole -> whole.drawing(draws(tenant, request, rows.size() - 1)));
  }

  /** An attempt that came to nothing leaves nothing in the sum. */
  private static UsageRecord together(UsageRecord before, UsageRecord rest) {
    Consumption first = before.consumption();
    Consumption last = rest.consumption();
    Usage usage = first.outcome().isBilled() ? first.usage().plus(last.usage()) : last.usage();
    Instant firstTokenAt = first.firstTokenAt() == null ? last.firstTokenAt() : first.firstTokenAt();
    return new UsageRecord(before.project(), before.key(), rest.contract(), before.model(), before.region(),
        new Consumption(usage, last.outcome(), last.endpoint(), last.backend(), firstTokenAt,
            last.completedAt()),
        before.receipt().plus(rest.receipt()), before.arrivedAt(), rest.settledAt(), List.of());
  }

  private List<Draw> draws(TenantId tenant, RequestId request, int last) {
    return jdbc.sql(LINES).param("tenant", tenant.value()).param("request", request.value())
        .param("last", last)
        .query((row, number) -> new Draw(TokenClass.valueOf(row.getString("class")), row.getLong("tokens"),
            row.getLong("price"), taken(row)))
        .list();
  }

  private static Taken taken(ResultSet row) throws SQLException {
    long unitPrice = row.getLong("unit_price");
    long amount = row.getLong("amount");
    return switch (FundKind.valueOf(row.getString("fund"))) {
      case FREE_ALLOWANCE -> new Taken.FreeTokens();
      case PACK -> new Taken.PackTokens(row.getString("reference"), unitPrice, amount);
      case MONEY -> new Taken.Amount(unitPrice, amount);
    };
  }

  private static UsageRecord read(ResultSet row, RequestId request) throws SQLException {
    var usage = new Usage(row.getLong("input_tokens"), row.getLong("cached_input_tokens"),
        row.getLong("output_tokens"));
    var consumption = new Consumption(usage, Outcome.valueOf(row.getString("outcome")),
        row.getString("endpoint"), row.getString("backend"), instant(row, "first_token_at"),
        known(row, "completed_at"));
    var receipt = new Receipt(request, row.getString("currency"), row.getLong("amount_pico"),
        row.getLong("free_tokens"), row.getLong("pack_millitokens"));
    return new UsageRecord(new ProjectId(row.getObject("project_id", UUID.class)),
        new ApiKeyId(row.getObject("key_id", UUID.class)), row.getLong("contract_id"), row.getString("model"),
        row.getString("region"), consumption, receipt, known(row, "arrived_at"), known(row, "settled_at"),
        List.of());
  }

  private static Instant known(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
