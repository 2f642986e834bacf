package dev.tollgate.billing.funds;

import dev.tollgate.billing.ledger.FundAccount;
import dev.tollgate.billing.pricing.FundKind;
import java.time.Instant;

/**
 * This instance's share of one fund, in the fund's unit: {@code granted ≥ held + settling}. Guarded by the lock of its
 * {@link TenantShare}.
 */
final class FundShare {

  private static final long TICKS_REMEMBERED = 4;
  private static final int DRAINED_FOR_TICKS = 300;

  private final FundAccount fund;
  private final String unit;
  private final long fromMillis;
  private final long untilMillis;

  private long granted;
  private long held;
  private long settling;

  private boolean agreed = true;

  private long takenThisTick;
  private long largestTake;
  private long ratePerTick;
  private int idleTicks;
  private int drainedTicks;

  FundShare(FundAccount fund, String unit) {
    this.fund = fund;
    this.unit = unit;
    this.fromMillis = millis(fund.validFrom());
    this.untilMillis = millis(fund.validUntil());
  }

  private static long millis(Instant instant) {
    if (instant.equals(Instant.MIN)) {
      return Long.MIN_VALUE;
    }
    return instant.equals(Instant.MAX) ? Long.MAX_VALUE : instant.toEpochMilli();
  }

  long account() {
    return fund.account();
  }

  FundKind kind() {
    return fund.kind();
  }

  long fromMillis() {
    return fromMillis;
  }

  long untilMillis() {
    return untilMillis;
  }

  boolean mayServe(Need need) {
    return agreed && isValidAt(need.atMillis())
        && (kind() != FundKind.MONEY || (need.money() && unit.equals(need.currency())));
  }

  boolean isValidAt(long millis) {
    return fromMillis <= millis && millis < untilMillis;
  }

  /** Whether the contract in force gives this fund: a change of contract may end an allowance within its month. */
  void agreed(boolean now) {
    agreed = now;
  }

  long granted() {
    return granted;
  }

  long held() {
    return held;
  }

  long settling() {
    return settling;
  }

  long available() {
    return granted - held - settling;
  }

  boolean isEmpty() {
    return granted == 0 && held == 0 && settling == 0;
  }

  boolean isSettling() {
    return settling != 0;
  }

  void hold(long amount) {
    held += amount;
    takenThisTick = Saturating.plus(takenThisTick, amount);
    largestTake = Math.max(largestTake, amount);
  }

  void release(long amount) {
    held -= amount;
  }

  void beginSettling(long amount) {
    settling += amount;
  }

  void endSettling(long amount, boolean drawn) {
    settling -= amount;
    if (drawn) {
      granted -= amount;
    }
  }

  void add(long amount) {
    granted += amount;
  }

  void remove(long amount) {
    granted -= amount;
  }

  /** The database has no more of this fund; for a while it need not be asked again before the next fund is drawn. */
  void drained(boolean exhausted) {
    drainedTicks = exhausted ? DRAINED_FOR_TICKS : 0;
  }

  boolean isDrained() {
    return drainedTicks > 0;
  }

  /** Makes memory agree with the database, which may have granted more in an answer that was lost. */
  void correct(long grantedInDatabase) {
    granted = Math.max(grantedInDatabase, held);
  }

  /** Closes one tick of the demand's measure. */
  void tick() {
    idleTicks = takenThisTick == 0 ? idleTicks + 1 : 0;
    ratePerTick += Math.floorDiv(takenThisTick - ratePerTick, TICKS_REMEMBERED);
    largestTake -= (largestTake + 7) / 8;
    takenThisTick = 0;
    drainedTicks = Math.max(0, drainedTicks - 1);
  }

  /** What was given back for want of demand must not be fetched again for the demand of the past. */
  void forgetDemand() {
    ratePerTick = 0;
    largestTake = 0;
  }

  int idleTicks() {
    return idleTicks;
  }

  /** What should be at hand for requests to come: some ticks of the recent demand, at least one recent request. */
  long target(int ticksAhead) {
    long recent = Saturating.times(Math.max(ratePerTick, takenThisTick / TICKS_REMEMBERED), ticksAhead);
    return Math.max(recent, largestTake);
  }
}
