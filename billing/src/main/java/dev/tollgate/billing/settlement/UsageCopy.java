package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Usage;
import dev.tollgate.billing.copying.BinaryCopy;
import dev.tollgate.billing.copying.CopyRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Sends settlements into {@code billing.usage}. */
final class UsageCopy {

  private static final String COPY = """
      COPY billing.usage (request_id, tenant_id, project_id, key_id, contract_id, model, region, endpoint, backend,
        outcome, input_tokens, cached_input_tokens, output_tokens, currency, amount_pico, free_tokens,
        pack_millitokens, lines, arrived_at, first_token_at, completed_at, epoch, batch)
      FROM STDIN (FORMAT BINARY)
      """;
  private static final int COLUMNS = 23;

  private UsageCopy() {}

  /** Inserts all rows, or fails; the connection's transaction is the caller's. */
  static void insert(Connection connection, UUID batch, List<Settlement> settlements) throws SQLException {
    BinaryCopy.insert(connection, COPY, COLUMNS, settlements,
        (rows, settlement) -> add(rows, batch, settlement));
  }

  private static void add(CopyRows rows, UUID batch, Settlement settlement) {
    var consumption = settlement.consumption();
    Usage usage = consumption.usage();
    rows.uuid(settlement.id().value());
    rows.uuid(settlement.payer().tenant().value());
    rows.uuid(settlement.payer().project().value());
    rows.uuid(settlement.payer().key().value());
    rows.bigint(settlement.contract());
    rows.text(settlement.model());
    rows.text(settlement.region());
    rows.text(consumption.endpoint());
    rows.text(consumption.backend());
    rows.text(consumption.outcome().name());
    rows.bigint(usage.inputTokens());
    rows.bigint(usage.cachedInputTokens());
    rows.bigint(usage.outputTokens());
    rows.text(settlement.currency());
    rows.bigint(settlement.bill().amountPico());
    rows.bigint(settlement.bill().freeTokens());
    rows.bigint(settlement.bill().packMillitokens());
    rows.text(LinesJson.of(settlement.bill().lines()));
    rows.instant(settlement.arrivedAt());
    rows.instant(consumption.firstTokenAt());
    rows.instant(consumption.completedAt());
    rows.bigint(settlement.epoch());
    rows.uuid(batch);
  }
}
