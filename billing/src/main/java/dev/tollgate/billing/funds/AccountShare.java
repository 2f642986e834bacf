package dev.tollgate.billing.funds;

import dev.tollgate.billing.leases.Leases.Grant;
import dev.tollgate.billing.leases.Leases.Standing;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * This instance's share of one account that requests draw on, in the account's unit: {@code granted ≥ held + settling}.
 * Guarded by the lock of its {@link TenantShare}.
 */
abstract sealed class AccountShare permits FundShare, BudgetShare {

  /** How fast the measure of demand follows a rise, and a fall: a stream takes its windows some seconds apart. */
  private static final long TICKS_TO_RISE = 16;
  private static final long TICKS_TO_FALL = 64;
  /** How many times what should be at hand a share may be before some of it is given back. */
  private static final long AMPLE = 8;

  private final long account;
  private final long fromMillis;
  private final long untilMillis;

  private long granted;
  private @Nullable BigInteger supplied;
  private long held;
  private long settling;

  private boolean agreed = true;

  private long takenThisTick;
  private long largestTake;
  private long asked;
  private long scarceAt = Long.MAX_VALUE;
  private long ratePerTick;
  private int idleTicks;

  AccountShare(long account, Instant validFrom, Instant validUntil) {
    this.account = account;
    this.fromMillis = millis(validFrom);
    this.untilMillis = millis(validUntil);
  }

  private static long millis(Instant instant) {
    if (instant.equals(Instant.MIN)) {
      return Long.MIN_VALUE;
    }
    return instant.equals(Instant.MAX) ? Long.MAX_VALUE : instant.toEpochMilli();
  }

  long account() {
    return account;
  }

  /** What a need takes from this account at most; 0 if it may not take anything from it. */
  abstract long wantedBy(Need need);

  long untilMillis() {
    return untilMillis;
  }

  boolean isValidAt(long millis) {
    return fromMillis <= millis && millis < untilMillis;
  }

  /** Whether the contract in force gives this account: its change may end an allowance within its month. */
  void agreed(boolean now) {
    agreed = now;
  }

  boolean isAgreed() {
    return agreed;
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

  void endSettling(long amount) {
    settling -= amount;
  }

  /** Notes a wish that goes to the database. */
  void ask(long amount) {
    asked = amount;
  }

  void add(Grant grant) {
    granted += grant.granted();
    if (grant.granted() > 0) {
      supplied = grant.supplied();
    }
    scarceAt = grant.granted() < asked ? available() / 2 : Long.MAX_VALUE;
  }

  /**
   * Whether it is time to ask for what should be at hand: half of it is gone, or half of what there was after a grant that
   * was cut because the account runs out, which must not be asked for again at every tick.
   */
  boolean isScarce(long target) {
    return available() < Math.min(target / 2, scarceAt);
  }

  /** Some of it was drawn. */
  void remove(long amount) {
    granted -= amount;
  }

  /** Some of it, which is there, is given back. */
  void giveBack(long amount) {
    granted -= amount;
    supplied = Objects.requireNonNull(supplied).subtract(BigInteger.valueOf(amount));
  }

  /**
   * Makes memory agree with the database about exchanges whose answers were lost. What settlements draw in the meantime is
   * in what was supplied, so they need not rest. A share that was never granted anything, or was forgotten when it was
   * empty, has nothing that is drawn.
   */
  void correct(Standing standing) {
    granted = supplied == null ? standing.leased()
        : granted + standing.supplied().subtract(supplied).longValueExact();
    supplied = standing.supplied();
  }

  /** Closes one tick of the demand's measure. */
  void tick() {
    // What runs takes more sooner or later, perhaps when the database is away.
    idleTicks = takenThisTick == 0 && held == 0 ? idleTicks + 1 : 0;
    ratePerTick += takenThisTick > ratePerTick
        ? (takenThisTick - ratePerTick) / TICKS_TO_RISE
        : -((ratePerTick - takenThisTick + TICKS_TO_FALL - 1) / TICKS_TO_FALL);
    largestTake -= (largestTake + 7) / 8;
    takenThisTick = 0;
  }

  /**
   * What is at hand beyond what is wanted and what demand may soon take. Where nothing was taken for too long that is
   * all the rest, and the demand of the past is forgotten, or it would be fetched again.
   */
  long surplus(long wanted, int idleTicksAtMost, int ticksAhead) {
    if (idleTicks >= idleTicksAtMost) {
      ratePerTick = 0;
      largestTake = 0;
      return available() - wanted;
    }
    return available() - Saturating.plus(wanted, Saturating.times(target(ticksAhead), AMPLE));
  }

  /** What should be at hand for requests to come: some ticks of the recent demand, at least one recent request. */
  long target(int ticksAhead) {
    long recent = Saturating.times(Math.max(ratePerTick, takenThisTick / TICKS_TO_RISE), ticksAhead);
    return Math.max(recent, largestTake);
  }
}
