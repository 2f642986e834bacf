package dev.tollgate.gateway.console.figures;

import dev.tollgate.billing.UsageDays.Row;
import dev.tollgate.billing.UsageDays.Total;
import java.math.BigInteger;
import java.util.Collection;

/**
 * Usage of some rows together. Money is of one currency.
 *
 * @param packMillitokens thousandths of a pack token
 */
public record Sum(long requests, long failedRequests, long inputTokens, long cachedInputTokens,
    long outputTokens, long freeTokens, long packMillitokens, BigInteger pico) {

  public static final Sum NOTHING = new Sum(0, 0, 0, 0, 0, 0, 0, BigInteger.ZERO);

  public static Sum of(Collection<Row> rows) {
    return rows.stream().map(Sum::of).reduce(NOTHING, Sum::plus);
  }

  public static Sum of(Total total) {
    return new Sum(total.requests(), total.failedRequests(), total.usage().inputTokens(),
        total.usage().cachedInputTokens(), total.usage().outputTokens(), total.freeTokens(),
        total.packMillitokens(), total.amount().pico());
  }

  private static Sum of(Row row) {
    return new Sum(row.requests(), row.failedRequests(), row.usage().inputTokens(),
        row.usage().cachedInputTokens(), row.usage().outputTokens(), row.freeTokens(), row.packMillitokens(),
        row.amount().pico());
  }

  private Sum plus(Sum other) {
    return new Sum(Math.addExact(requests, other.requests),
        Math.addExact(failedRequests, other.failedRequests),
        Math.addExact(inputTokens, other.inputTokens),
        Math.addExact(cachedInputTokens, other.cachedInputTokens),
        Math.addExact(outputTokens, other.outputTokens), Math.addExact(freeTokens, other.freeTokens),
        Math.addExact(packMillitokens, other.packMillitokens), pico.add(other.pico));
  }

  /** Input, cached or not, and output. */
  public long tokens() {
    return Math.addExact(Math.addExact(inputTokens, cachedInputTokens), outputTokens);
  }
}
