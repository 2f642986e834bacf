package dev.tollgate.billing.rollups;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What one transaction of settlement adds to the roll-ups, summed by what they tell apart. It is one row, written in that
 * transaction, whatever the number of requests; {@link RollUps} folds it in some seconds later (ADR 0015).
 */
public final class UsageDelta {

  /** Days and months of all zones begin at a multiple of it, so requests within it belong to the same ones. */
  private static final long QUARTER_SECONDS = 15 * 60;

  private static final String WRITE = """
      INSERT INTO billing.usage_delta (tenants, projects, keys, contracts, models, regions, currencies, outcomes, quarters,
        requests, input_tokens, cached_input_tokens, output_tokens, free_tokens, pack_millitokens, amounts, line_groups,
        line_accounts, line_prices, line_unit_prices, line_requests, line_tokens, line_amounts)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private final Map<Group, Sums> groups = new LinkedHashMap<>();
  private final Map<DrawnBy, Drawn> lines = new LinkedHashMap<>();

  private record Group(Payer payer, long contract, String model, String region, String currency,
      Consumption.Outcome outcome, long quarter) {}

  private record DrawnBy(long group, long account, long price, long unitPrice) {}

  /**
   * Adds a usage row that the transaction inserts.
   *
   * @throws ArithmeticException if a sum does not fit in a {@code long}
   */
  public void add(Payer payer, long contract, String model, String region, String currency, Instant arrivedAt,
      Consumption consumption, Bill bill) {
    long quarter = Math.floorDiv(arrivedAt.getEpochSecond(), QUARTER_SECONDS) * QUARTER_SECONDS;
    var group = new Group(payer, contract, model, region, currency, consumption.outcome(), quarter);
    Sums sums = groups.computeIfAbsent(group, each -> new Sums(groups.size() + 1L));
    sums.add(consumption.usage(), bill);
    for (Line line : bill.lines()) {
      lines.computeIfAbsent(new DrawnBy(sums.number, line.account(), line.priceRow(), line.unitPrice()),
          each -> new Drawn()).add(line);
    }
  }

  /** Writes it all down, if there is anything. The connection's transaction is the caller's. */
  public void write(Connection connection) throws SQLException {
    if (groups.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      var columns = new Columns(connection, statement);
      columns.addGroups(List.copyOf(groups.keySet()), List.copyOf(groups.values()));
      columns.addLines(List.copyOf(lines.keySet()), List.copyOf(lines.values()));
      statement.executeUpdate();
    }
  }

  /** What the requests of a group used. */
  private static final class Sums {

    private final long number;
    private long requests;
    private long input;
    private long cachedInput;
    private long output;
    private long freeTokens;
    private long packMillitokens;
    private long amountPico;

    Sums(long number) {
      this.number = number;
    }

    void add(Usage usage, Bill bill) {
      requests++;
      input = Math.addExact(input, usage.inputTokens());
      cachedInput = Math.addExact(cachedInput, usage.cachedInputTokens());
      output = Math.addExact(output, usage.outputTokens());
      freeTokens = Math.addExact(freeTokens, bill.freeTokens());
      packMillitokens = Math.addExact(packMillitokens, bill.packMillitokens());
      amountPico = Math.addExact(amountPico, bill.amountPico());
    }
  }

  /** What the lines of a group drew from an account at a price. */
  private static final class Drawn {

    private long requests;
    private long tokens;
    private long amount;

    void add(Line line) {
      requests++;
      tokens = Math.addExact(tokens, line.tokens());
      amount = Math.addExact(amount, line.amount());
    }
  }

  /** Sets the statement's arrays, one after the other. */
  private static final class Columns {

    private final Connection connection;
    private final PreparedStatement statement;
    private int column;

    Columns(Connection connection, PreparedStatement statement) {
      this.connection = connection;
      this.statement = statement;
    }

    void addGroups(List<Group> keys, List<Sums> sums) throws SQLException {
      objects("uuid", keys, group -> group.payer().tenant().value());
      objects("uuid", keys, group -> group.payer().project().value());
      objects("uuid", keys, group -> group.payer().key().value());
      numbers(keys, Group::contract);
      objects("text", keys, Group::model);
      objects("text", keys, Group::region);
      objects("text", keys, Group::currency);
      objects("text", keys, group -> group.outcome().name());
      numbers(keys, Group::quarter);
      numbers(sums, each -> each.requests);
      numbers(sums, each -> each.input);
      numbers(sums, each -> each.cachedInput);
      numbers(sums, each -> each.output);
      numbers(sums, each -> each.freeTokens);
      numbers(sums, each -> each.packMillitokens);
      numbers(sums, each -> each.amountPico);
    }

    void addLines(List<DrawnBy> keys, List<Drawn> sums) throws SQLException {
      numbers(keys, DrawnBy::group);
      numbers(keys, DrawnBy::account);
      numbers(keys, DrawnBy::price);
      numbers(keys, DrawnBy::unitPrice);
      numbers(sums, each -> each.requests);
      numbers(sums, each -> each.tokens);
      numbers(sums, each -> each.amount);
    }

    private <T> void numbers(Collection<T> rows, ToLongFunction<T> value) throws SQLException {
      statement.setObject(++column, rows.stream().mapToLong(value).toArray());
    }

    private <T> void objects(String type, Collection<T> rows, Function<T, Object> value) throws SQLException {
      var values = new ArrayList<>(rows.size());
      rows.forEach(row -> values.add(value.apply(row)));
      statement.setArray(++column, connection.createArrayOf(type, values.toArray()));
    }
  }
}
