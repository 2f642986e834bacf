package dev.tollgate.billing.rollups;

import dev.tollgate.billing.rollups.UsageSums.Drawn;
import dev.tollgate.billing.rollups.UsageSums.Group;
import dev.tollgate.billing.rollups.UsageSums.Sums;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What sums add to the rows of the roll-ups, column by column. Quarters of an hour of one day come together here. */
final class RollUpRows {

  private static final String DAYS = """
      INSERT INTO billing.usage_day AS u (tenant_id, day, project_id, key_id, model, region, currency, outcome, requests,
        input_tokens, cached_input_tokens, output_tokens, free_tokens, pack_millitokens, amount_pico)
      SELECT tenant_id, day, project_id, key_id, model, region, currency, outcome, sum(requests), sum(input),
        sum(cached_input), sum(output), sum(free), sum(packs), sum(amount)
      FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS g(tenant_id, day, project_id, key_id, model, region,
        currency, outcome, requests, input, cached_input, output, free, packs, amount)
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2
      ON CONFLICT (tenant_id, day, project_id, key_id, model, region, currency, outcome) DO UPDATE SET
        requests = u.requests + excluded.requests, input_tokens = u.input_tokens + excluded.input_tokens,
        cached_input_tokens = u.cached_input_tokens + excluded.cached_input_tokens,
        output_tokens = u.output_tokens + excluded.output_tokens, free_tokens = u.free_tokens + excluded.free_tokens,
        pack_millitokens = u.pack_millitokens + excluded.pack_millitokens,
        amount_pico = u.amount_pico + excluded.amount_pico
      """;
  private static final List<String> DAY_TYPES = List.of("uuid", "date", "uuid", "uuid", "text", "text",
      "text",
      "text", "int8", "int8", "int8", "int8", "int8", "int8", "int8");

  private static final String MONTHS = """
      INSERT INTO billing.usage_month AS u (tenant_id, month, cut, contract_id, model, region, account_id, price_id,
        unit_price, requests, tokens, amount)
      SELECT tenant_id, month, cut, contract_id, model, region, account_id, price_id, unit_price, sum(requests),
        sum(tokens), sum(amount)
      FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS l(tenant_id, month, cut, contract_id, model, region, account_id,
        price_id, unit_price, requests, tokens, amount)
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 1, 2
      ON CONFLICT (tenant_id, month, cut, contract_id, model, region, account_id, price_id, unit_price) DO UPDATE SET
        requests = u.requests + excluded.requests, tokens = u.tokens + excluded.tokens,
        amount = u.amount + excluded.amount
      """;
  private static final List<String> MONTH_TYPES = List.of("uuid", "date", "int8", "int8", "text", "text",
      "int8", "int8", "int8", "int8", "int8", "int8");

  private final Map<Long, ZoneId> zones;
  private final List<List<Object>> days = columns(DAY_TYPES);
  private final List<List<Object>> months = columns(MONTH_TYPES);

  /** @param zones of the contracts that priced the requests */
  RollUpRows(Map<Long, ZoneId> zones) {
    this.zones = zones;
  }

  private static List<List<Object>> columns(List<String> types) {
    return types.stream().<List<Object>>map(type -> new ArrayList<>()).toList();
  }

  /** @param cut the number of the last close cut before the requests were settled, or 0 */
  void add(long cut, Group group, Sums sums) {
    LocalDate day = group.from().atZone(zones.getOrDefault(group.contract(), ZoneOffset.UTC)).toLocalDate();
    Object tenant = group.payer().tenant().value();
    add(days, tenant, day, group.payer().project().value(), group.payer().key().value(), group.model(),
        group.region(), group.currency(), group.outcome().name(), sums.requests(), sums.input(),
        sums.cachedInput(), sums.output(), sums.freeTokens(), sums.packMillitokens(), sums.amountPico());
    LocalDate month = day.withDayOfMonth(1);
    for (Drawn draw : sums.draws()) {
      add(months, tenant, month, cut, group.contract(), group.model(), group.region(), draw.account(),
          draw.price(), draw.unitPrice(), draw.requests(), draw.tokens(), draw.amount());
    }
  }

  private static void add(List<List<Object>> columns, Object... row) {
    for (int i = 0; i < row.length; i++) {
      columns.get(i).add(row[i]);
    }
  }

  /** The connection's transaction is the caller's. */
  void write(Connection connection) throws SQLException {
    write(connection, DAYS, DAY_TYPES, days);
    write(connection, MONTHS, MONTH_TYPES, months);
  }

  private static void write(Connection connection, String insert, List<String> types,
      List<List<Object>> columns)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      for (int i = 0; i < types.size(); i++) {
        statement.setArray(i + 1, connection.createArrayOf(types.get(i), columns.get(i).toArray()));
      }
      statement.executeUpdate();
    }
  }
}
