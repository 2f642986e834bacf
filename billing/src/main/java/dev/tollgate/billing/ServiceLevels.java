package dev.tollgate.billing;

import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.YearMonth;
import java.util.List;
import java.util.OptionalLong;

/**
 * What contracts promise of availability and of the time to the first token, against what settled requests show. What the
 * client ended, for which its funds ran out, or which was refused as wrong, is not counted; what the operator's side failed
 * to answer or to end is, and so is what it refused for reasons of its own ({@link OperatorRefusals}).
 */
public interface ServiceLevels {

  /** The reports of closed months, the latest first; a credit that follows stands on the month's invoice. */
  List<Report> of(TenantId tenant);

  /** Some reports of a closed month, of all tenants. Their ids are those of the contracts. */
  List<OfTenant> in(YearMonth month, Slice<Order> slice);

  /** What reports are ordered by. Where there was no first token, it came sooner than any other. */
  enum Order {
    CONTRACT, AVAILABILITY, REQUESTS, FAILED, FIRST_TOKEN, CREDIT
  }

  /** What the month shows so far, by contract; of a closed month, by all that is settled by now. Reads its requests. */
  List<Report> measure(TenantId tenant, YearMonth month);

  /**
   * A contract in a month.
   *
   * @param counted requests, failed ones among them
   * @param refused of the failed ones, those that were refused before they were let in; they have no usage record
   * @param excluded requests that the client ended, or asked for wrongly
   * @param firstTokens requests with a prompt that counts for the time to the first token
   * @param firstTokenMillis at the objective's percentile; empty where there was none
   * @param usage what the month's requests cost
   * @param creditBasisPoints of it that are owed
   */
  record Report(YearMonth month, long contract, Objectives objectives, long counted, long failed,
      long refused, long excluded, long firstTokens, OptionalLong firstTokenMillis, Money usage,
      int creditBasisPoints, Money credit) {

    private static final long WHOLE = 1_000_000;

    /** In millionths, rounded down; all of them where nothing was counted. */
    public long availabilityPpm() {
      return counted == 0 ? WHOLE : Math.multiplyExact(counted - failed, WHOLE) / counted;
    }

    public boolean available() {
      return availabilityPpm() >= objectives.availabilityPpm();
    }

    public boolean quick() {
      return firstTokenMillis.isEmpty() || firstTokenMillis.getAsLong() <= objectives.firstTokenMillis();
    }
  }

  /** Whose report it is. */
  record OfTenant(TenantId tenant, Report report) {}

  /**
   * What is promised.
   *
   * @param availabilityPpm in millionths
   * @param firstTokenMillis within which the first token comes for {@code firstTokenPercent} of the requests
   * @param longestPrompt in tokens that this counts for
   */
  record Objectives(long availabilityPpm, long firstTokenMillis, int firstTokenPercent, long longestPrompt) {}
}
