package dev.tollgate.billing.rollups;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Payer;
import dev.tollgate.billing.Usage;
import dev.tollgate.billing.copying.BinaryCopy;
import dev.tollgate.billing.copying.CopyRows;
import dev.tollgate.billing.pricing.Bill;
import dev.tollgate.billing.pricing.Line;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one transaction of settlement adds to the roll-ups, summed by what they tell apart. It is one row, written in that
 * transaction, whatever the number of requests; {@link RollUps} folds it in some seconds later (ADR 0015).
 */
public final class UsageDelta {

  /** Days and months of all zones begin at a multiple of it, so requests within it belong to the same ones. */
  private static final long QUARTER_SECONDS = 15 * 60;

  private static final String COPY = """
      COPY billing.usage_delta (tenants, projects, keys, contracts, models, regions, currencies, outcomes, quarters,
        requests, input_tokens, cached_input_tokens, output_tokens, free_tokens, pack_millitokens, amounts, line_groups,
        line_accounts, line_prices, line_unit_prices, line_requests, line_tokens, line_amounts)
      FROM STDIN (FORMAT BINARY)
      """;
  private static final int COLUMNS = 23;

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
    BinaryCopy.insert(connection, COPY, COLUMNS, List.of(this), (row, delta) -> {
      delta.addGroups(row);
      delta.addLines(row);
    });
  }

  private void addGroups(CopyRows row) {
    Set<Group> keys = groups.keySet();
    row.uuids(keys, group -> group.payer().tenant().value());
    row.uuids(keys, group -> group.payer().project().value());
    row.uuids(keys, group -> group.payer().key().value());
    row.bigints(keys, Group::contract);
    row.texts(keys, Group::model);
    row.texts(keys, Group::region);
    row.texts(keys, Group::currency);
    row.texts(keys, group -> group.outcome().name());
    row.bigints(keys, Group::quarter);
    Collection<Sums> sums = groups.values();
    row.bigints(sums, each -> each.requests);
    row.bigints(sums, each -> each.input);
    row.bigints(sums, each -> each.cachedInput);
    row.bigints(sums, each -> each.output);
    row.bigints(sums, each -> each.freeTokens);
    row.bigints(sums, each -> each.packMillitokens);
    row.bigints(sums, each -> each.amountPico);
  }

  private void addLines(CopyRows row) {
    Set<DrawnBy> keys = lines.keySet();
    row.bigints(keys, DrawnBy::group);
    row.bigints(keys, DrawnBy::account);
    row.bigints(keys, DrawnBy::price);
    row.bigints(keys, DrawnBy::unitPrice);
    Collection<Drawn> sums = lines.values();
    row.bigints(sums, each -> each.requests);
    row.bigints(sums, each -> each.tokens);
    row.bigints(sums, each -> each.amount);
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
}
