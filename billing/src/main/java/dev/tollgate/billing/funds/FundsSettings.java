package dev.tollgate.billing.funds;

import java.time.Duration;

/**
 * How leases and holds behave.
 *
 * @param timeToLive of an instance that does not renew
 * @param margin before the end of its time to live an instance fences itself, and after it others reclaim
 * @param outage how long after its last renewal an instance that cannot reach the database works on with what it has
 *     leased, at the operator's risk where that is longer than its time to live (ADR 0008)
 * @param patience how long a request may wait for the database
 * @param tick how often demand is measured and shares are refilled
 * @param ticksAhead how much of the recent demand is kept at hand
 * @param idleTicks after which an unused share is given back
 * @param openRequests holds that may be open or waiting to be settled at one time
 * @param settlementLimit how long a caller waits for its settlement to be durable
 */
public record FundsSettings(Duration timeToLive, Duration margin, Duration outage, Duration patience,
    Duration tick, int ticksAhead, int idleTicks, int openRequests, Duration settlementLimit) {

  /** What suits production: an outage of a minute, and as much of the recent demand at hand. */
  public static final FundsSettings DEFAULT = new FundsSettings(Duration.ofSeconds(10), Duration.ofSeconds(2),
      Duration.ofSeconds(60), Duration.ofMillis(250), Duration.ofMillis(200), 300, 25, 65_536,
      Duration.ofSeconds(30));

  public FundsSettings {
    if (margin.multipliedBy(2).compareTo(timeToLive) >= 0) {
      throw new IllegalArgumentException("The margin must be less than half the time to live");
    }
    if (ticksAhead < 1 || idleTicks < 1 || openRequests < 1) {
      throw new IllegalArgumentException("Ticks and open requests are at least 1");
    }
  }

  /** Settings without any risk: an instance ends its work before others may take back what it has leased. */
  public FundsSettings(Duration timeToLive, Duration margin, Duration patience, Duration tick, int ticksAhead,
      int idleTicks, int openRequests, Duration settlementLimit) {
    this(timeToLive, margin, timeToLive.minus(margin), patience, tick, ticksAhead, idleTicks, openRequests,
        settlementLimit);
  }

  /** How long after its last renewal an instance may work on while the database is away. */
  Duration validity() {
    Duration certain = timeToLive.minus(margin);
    return outage.compareTo(certain) > 0 ? outage : certain;
  }
}
