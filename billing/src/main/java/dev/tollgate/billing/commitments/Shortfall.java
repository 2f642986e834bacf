package dev.tollgate.billing.commitments;

import java.math.BigInteger;
import java.time.Duration;

/** What is missing from a commitment, and what that costs. Pure. */
record Shortfall(long committedTokens, long missingTokens, BigInteger pico) {

  /**
   * Compares a commitment with usage.
   *
   * @param committedPerMonth raw tokens of a whole month
   * @param inForce how much of the month the contract is in force
   * @param month how long the month is
   * @param picoPerToken what a missing token costs
   */
  static Shortfall of(long committedPerMonth, Duration inForce, Duration month, long usedTokens,
      long picoPerToken) {
    long committed = inForce.compareTo(month) >= 0
        ? committedPerMonth
        : BigInteger.valueOf(committedPerMonth).multiply(BigInteger.valueOf(inForce.toMillis()))
            .divide(BigInteger.valueOf(month.toMillis())).longValueExact();
    long missing = Math.max(0, committed - usedTokens);
    return new Shortfall(committed, missing,
        BigInteger.valueOf(missing).multiply(BigInteger.valueOf(picoPerToken)));
  }
}
