package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/**
 * Closes billing months: takes what was used, and writes a draft of every tenant's invoice. A month is that of each
 * tenant's own zone. Every step may be repeated, interrupted and done by several instances at once. A tenant whose drafts
 * cannot be written keeps its month open, and no other tenant from its drafts.
 */
public interface Closing {

  /**
   * Begins to close a month, or goes on where an earlier call or another instance stopped, and returns when nothing more
   * can be done now. Tenants whose month has not ended by now in their zone are left for a later call.
   *
   * @param by who asks, at most 100 characters
   */
  Outcome close(YearMonth month, String by);

  /**
   * Begins to close a month, or finds the close that is there, and does no more; {@link #carryOn} does the rest. Joins a
   * transaction of the caller's.
   *
   * @param by who asks, at most 100 characters
   * @param withoutWaiting whether it is not to wait for instances that have not said that they settled everything
   */
  Outcome begin(YearMonth month, String by, boolean withoutWaiting);

  /** Goes on with a close that was begun, if there is one; returns when nothing more can be done now. */
  void carryOn();

  /**
   * Goes on although instances have not said that they settled everything. What they settle later becomes a line of the
   * next invoice.
   */
  Outcome closeWithoutWaiting(YearMonth month, String by);

  /** How far the latest close of a month is, or empty if it was never begun. */
  Optional<Progress> progress(YearMonth month);

  /** How far every close is, the latest month first; of a month that was closed in parts, its latest close. */
  List<Progress> months();

  /** Months that have ended for at least one tenant and are not closed for it, the oldest first. */
  List<YearMonth> due();

  /** What came of a call. */
  sealed interface Outcome {

    /** All tenants whose month has ended have their drafts. */
    record Drafted(Progress progress) implements Outcome {}

    /** Another instance is at work on the rest, or the rest is set aside: see {@link Progress#lacksOnlyWhatIsSetAside}. */
    record UnderWay(Progress progress) implements Outcome {}

    /**
     * Some instances may still hold usage of the month.
     *
     * @param epochs of these instances
     * @param until when the close will go on without them
     */
    record Waiting(List<Long> epochs, Instant until) implements Outcome {}

    /**
     * The month cannot be closed.
     *
     * @param rule that forbids it, as a sentence
     * @param instead what is possible, as a sentence
     */
    record Refused(String rule, String instead) implements Outcome {}
  }

  /** Where a close is. */
  enum Stage {
    /** Waits until every instance has settled past the month's end. */
    WAITING,
    /** Adds up usage. */
    SUMMING,
    /** Writes drafts. */
    DRAFTING,
    /** All drafts are there. */
    DRAFTED
  }

  /** A tenant whose drafts could not be written, and why, for whoever can mend it. */
  record SetAside(TenantId tenant, String why) {}

  /**
   * How far a close is.
   *
   * @param stretches of usage that were settled just before the cut and not in the roll-ups yet
   * @param tenants whose month is closed by it
   * @param elapsed since it began, or all of it once it is done
   * @param remaining time at the pace so far, or empty where that cannot be told yet
   * @param tenantsSetAside whose drafts could not be written; the others have theirs meanwhile, and the month stays open
   *        until these have too. They are tried again every minute, and whenever somebody closes the month again
   * @param setAside the first twenty of these, by their ids
   */
  record Progress(YearMonth month, Stage stage, long stretches, long stretchesDone, long tenants,
      long tenantsDone, Duration elapsed, Optional<Duration> remaining, long tenantsSetAside,
      List<SetAside> setAside) {

    public Progress {
      setAside = List.copyOf(setAside);
    }

    /** Whether somebody has to mend something before the close can go on. */
    public boolean lacksOnlyWhatIsSetAside() {
      return tenantsSetAside > 0 && tenantsDone + tenantsSetAside >= tenants;
    }

    /** Tenants drafted per minute so far. */
    public long tenantsPerMinute() {
      return elapsed.isZero() ? tenantsDone
          : tenantsDone * Duration.ofMinutes(1).toMillis()
              / Math.max(1, elapsed.toMillis());
    }
  }
}
