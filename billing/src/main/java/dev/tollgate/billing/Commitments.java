package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.List;

/** What tenants committed to use in a billing month, and what they have used of it. */
public interface Commitments {

  /**
   * How a tenant stands in the billing month that an instant falls in: one row for each of its contracts that commits it
   * to something during that month, oldest first. As long as the month lasts, the shortfall is what it would be if
   * nothing more came.
   */
  List<Standing> of(TenantId tenant, Instant at);

  /**
   * One contract and month.
   *
   * @param from when the month begins, or the contract if that is later; inclusive
   * @param until when the month ends, or the contract if that is earlier; exclusive
   * @param committedTokens raw tokens; of a contract that is in force for part of the month the same part, rounded down
   * @param usedTokens raw tokens of settled requests that arrived in that time, but for those that the backend failed
   * @param shortfallTokens how many are missing
   * @param picoPerToken the discounted list price of an input token at the end of that time, whatever time band holds then
   * @param shortfall the missing tokens at that price
   */
  record Standing(long contract, Instant from, Instant until, long committedTokens, long usedTokens,
      long shortfallTokens, long picoPerToken, Money shortfall) {}
}
