package dev.tollgate.billing.settlement;

import dev.tollgate.billing.Consumption.Outcome;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.RequestId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Usage rows: inserted by many, never changed. */
final class JdbcUsageStore {

  private static final String INSERT = """
      INSERT INTO billing.usage (request_id, tenant_id, project_id, key_id, contract_id, model, region, endpoint,
        backend, outcome, input_tokens, cached_input_tokens, output_tokens, currency, amount_pico, free_tokens,
        pack_millitokens, lines, arrived_at, first_token_at, completed_at, epoch, batch)
      SELECT u.request_id, u.tenant_id, u.project_id, u.key_id, u.contract_id, u.model, u.region, u.endpoint,
        u.backend, u.outcome, u.input_tokens, u.cached_input_tokens, u.output_tokens, u.currency, u.amount_pico,
        u.free_tokens, u.pack_millitokens, u.lines,
        timestamptz 'epoch' + u.arrived_micros * interval '1 microsecond',
        timestamptz 'epoch' + u.first_token_micros * interval '1 microsecond',
        timestamptz 'epoch' + u.completed_micros * interval '1 microsecond', u.epoch, ?
      FROM unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::uuid[], ?::bigint[], ?::text[], ?::text[], ?::text[],
        ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[],
        ?::bigint[], ?::jsonb[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
        AS u(request_id, tenant_id, project_id, key_id, contract_id, model, region, endpoint, backend, outcome,
          input_tokens, cached_input_tokens, output_tokens, currency, amount_pico, free_tokens, pack_millitokens, lines,
          arrived_micros, first_token_micros, completed_micros, epoch)
      ON CONFLICT (request_id) DO NOTHING
      RETURNING request_id
      """;

  private JdbcUsageStore() {}

  /** Inserts rows and returns the ids of those that were new. */
  static Set<UUID> insert(Connection connection, UUID batch, List<Settlement> settlements)
      throws SQLException {
    var columns = new UsageColumns(settlements);
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setObject(1, batch);
      columns.bind(connection, statement, 2);
      var inserted = new HashSet<UUID>(settlements.size() * 2);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          inserted.add(rows.getObject(1, UUID.class));
        }
      }
      return inserted;
    }
  }

  /** What was billed for a request, and in which batch. */
  record Settled(Receipt receipt, UUID batch, Outcome outcome) {}

  /** Those of the settlements' requests that are in the table. */
  static Map<UUID, Settled> settled(Connection connection, List<Settlement> settlements) throws SQLException {
    var settled = new HashMap<UUID, Settled>();
    try (PreparedStatement statement = connection.prepareStatement(
        """
            SELECT request_id, currency, amount_pico, free_tokens, batch, pack_millitokens, outcome FROM billing.usage
            WHERE request_id = ANY (?)
            """)) {
      Object[] ids = settlements.stream().map(settlement -> settlement.id().value()).toArray();
      statement.setArray(1, connection.createArrayOf("uuid", ids));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          UUID id = rows.getObject(1, UUID.class);
          settled.put(id,
              new Settled(
                  new Receipt(new RequestId(id), rows.getString(2), rows.getLong(3), rows.getLong(4),
                      rows.getLong(6)),
                  rows.getObject(5, UUID.class), Outcome.valueOf(rows.getString(7))));
        }
      }
    }
    return settled;
  }
}
