package dev.tollgate.gateway.admission.limits;

import dev.tollgate.gateway.admission.limits.JdbcShareStore.Answer;
import dev.tollgate.gateway.admission.limits.JdbcShareStore.Ask;
import dev.tollgate.tenants.Limits.Subject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * This instance's share of one limit. What is granted here may be used; what was used rests, or is occupied where the
 * limit counts what runs at one time. One lock guards all of it, for some ten nanoseconds and never while the database is
 * asked. Times are of a monotonic clock.
 */
final class Share {

  private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long DENIAL_NANOS = Duration.ofMillis(200).toNanos();
  private static final long THRIFT_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long RECALL_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long CUT_OFF_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long DEBT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long SLOT_RETRY_NANOS = Duration.ofSeconds(1).toNanos();
  /** The part of a limit that is borrowed ahead of demand. */
  private static final long AHEAD = 8;

  private final Subject subject;
  private final LimitKind kind;
  private final @Nullable Uses uses;
  private long occupied;
  private long limit;
  private long epoch = -1;
  private long granted;
  private long elsewhere;
  private long unlent;
  private long wanted;
  private long recentTake = 1;
  private long usedAt;
  private long deniedUntil;
  private long thriftyUntil;
  private long recalledAt;
  private long cutOffUntil;
  private long askedAt;
  private boolean dropped;
  private @Nullable Exchange exchange;

  Share(Subject subject, LimitKind kind, long limit, long now) {
    this.subject = subject;
    this.kind = kind;
    this.uses = kind == LimitKind.SLOTS ? null : new Uses();
    this.limit = limit;
    this.usedAt = now;
    this.deniedUntil = now;
    this.thriftyUntil = now;
    this.recalledAt = now - RECALL_AGAIN_NANOS;
    this.cutOffUntil = now;
    this.askedAt = now;
  }

  Subject subject() {
    return subject;
  }

  LimitKind kind() {
    return kind;
  }

  synchronized long limit() {
    return limit;
  }

  /** Follows the configuration. A lower limit leaves nothing idle here: there is less for all instances together. */
  synchronized void follow(long configured, long now) {
    if (configured < limit) {
      granted = Math.min(granted, used(now));
    }
    if (configured != limit) {
      limit = configured;
      deniedUntil = now;
    }
  }

  // Use --------------------------------------------------------------------------------------------------------------

  /** Uses an amount if this share has it free. */
  synchronized boolean take(long amount, long now) {
    if (Math.min(granted, limit) - used(now) < amount) {
      return false;
    }
    use(amount, now);
    return true;
  }

  /** Uses an amount that the whole limit covers, whatever is granted: while nobody can be asked. */
  synchronized boolean takeOnCredit(long amount, long now) {
    if (limit - used(now) < amount) {
      return false;
    }
    use(amount, now);
    return true;
  }

  /** Uses an amount in any case. What is used beyond the share must rest before anything else is admitted. */
  synchronized void charge(long amount, long now) {
    use(amount, now);
  }

  /** Takes back a use that was none, or frees a place. */
  synchronized void giveBack(long amount, long takenAt) {
    if (uses == null) {
      occupied -= amount;
    } else {
      uses.remove(takenAt, amount);
    }
  }

  private void use(long amount, long now) {
    if (uses == null) {
      occupied += amount;
    } else {
      uses.add(now, amount);
    }
    usedAt = now;
    recentTake = Math.max(recentTake - recentTake / AHEAD, amount);
  }

  private long used(long now) {
    return uses == null ? occupied : uses.total(now);
  }

  /** What is left, as far as this instance knows. */
  synchronized LimitStatus.Rate rate(long now) {
    long here = Math.min(granted, limit) - used(now);
    long resetNanos = uses == null ? 0 : uses.nanosUntilEmpty(now);
    return new LimitStatus.Rate(limit, Math.clamp(here + unlent, 0, limit), Duration.ofNanos(resetNanos));
  }

  /** When an amount that was refused can be had at the latest; null if the limit never allows it. */
  synchronized @Nullable Duration retryAfter(long amount, long now) {
    if (amount > limit) {
      return null;
    }
    long missing = amount - (Math.min(granted, limit) - used(now));
    return Duration.ofNanos(uses == null ? SLOT_RETRY_NANOS : uses.nanosUntilFree(missing, now));
  }

  // Supply -----------------------------------------------------------------------------------------------------------

  /** Has the next question include an amount that somebody waits for; false if this share is no longer in use. */
  synchronized boolean await(long amount) {
    if (!dropped) {
      wanted += amount;
    }
    return !dropped;
  }

  synchronized void leave(long amount) {
    wanted -= amount;
  }

  /** Whether more should be borrowed before it is needed. */
  synchronized boolean runsLow(long now) {
    return exchange == null && unlent > 0 && cutOffUntil - now <= 0
        && 2 * (Math.min(granted, limit) - used(now)) < ahead(now);
  }

  /** Whether there is something to tell the database: what is given back, a new epoch, or what was used beyond. */
  synchronized boolean isUnsettled(long presentEpoch, long now) {
    if (exchange != null || cutOffUntil - now > 0) {
      return false;
    }
    long used = used(now);
    return surplus(now) > 0 || (epoch != presentEpoch && granted + used > 0)
        || (used > granted && now - askedAt > DEBT_NANOS);
  }

  /** The exchange that is under way, or else the new one, which the caller must run. */
  synchronized Exchange joinOrBegin(Exchange fresh) {
    if (exchange == null) {
      exchange = fresh;
    }
    return exchange;
  }

  /**
   * The question of an exchange. What is given back by it is out of use from here on; what is kept stays in use
   * meanwhile, and the answer never takes it away.
   */
  synchronized Ask ask(long presentEpoch, long now) {
    if (epoch != presentEpoch) {
      epoch = presentEpoch;
      granted = 0;
    }
    granted -= Math.max(0, surplus(now));
    askedAt = now;
    return new Ask(subject.id(), kind, limit, granted, used(now) + wanted, ahead(now));
  }

  synchronized void answered(Answer answer) {
    granted = answer.here();
    elsewhere = answer.elsewhere();
    unlent = Math.max(0, limit - answer.here() - answer.elsewhere());
    exchange = null;
  }

  /** The database did not answer; it is left alone for a while. */
  synchronized void failed(Exchange which, long now) {
    cutOffUntil = now + CUT_OFF_NANOS;
    if (exchange == which) {
      exchange = null;
    }
  }

  /** An answer is overdue: requests wait for it no longer. */
  synchronized void cutOff(long now) {
    cutOffUntil = now + CUT_OFF_NANOS;
  }

  synchronized boolean isCutOff(long now) {
    return cutOffUntil - now > 0;
  }

  /** Refuses without asking for a moment, so that a caller beyond its limit costs the database nothing. */
  synchronized void deny(long now) {
    deniedUntil = now + DENIAL_NANOS;
  }

  synchronized boolean isDenied(long now) {
    return deniedUntil - now > 0;
  }

  synchronized boolean isLentElsewhere() {
    return elsewhere > 0;
  }

  /** Whether the other instances should be asked to give back now; once in a while is enough, since they go on to. */
  synchronized boolean mayRecall(long now) {
    if (now - recalledAt < RECALL_AGAIN_NANOS) {
      return false;
    }
    recalledAt = now;
    return true;
  }

  /** Whether what others give back may still be on its way. */
  synchronized boolean isRecalling(long now, long patienceNanos) {
    return now - recalledAt < patienceNanos;
  }

  /** Keeps nothing idle for a while, because others are short of it. */
  synchronized void beThrifty(long now) {
    thriftyUntil = now + THRIFT_NANOS;
  }

  /** Takes itself out of use if nothing is left of it. */
  synchronized boolean drop(long now) {
    dropped = exchange == null && granted == 0 && wanted == 0 && used(now) == 0 && isIdle(now);
    return dropped;
  }

  private boolean isThrifty(long now) {
    return thriftyUntil - now > 0;
  }

  private boolean isIdle(long now) {
    return now - usedAt > IDLE_NANOS;
  }

  private long ahead(long now) {
    return isThrifty(now) || isIdle(now) ? 0
        : Math.clamp(Math.max(limit / AHEAD, 2 * recentTake), 1, limit);
  }

  /** What is granted beyond what is used, waited for and worth keeping; some slack keeps it from going to and fro. */
  private long surplus(long now) {
    return granted - used(now) - wanted - 2 * ahead(now);
  }
}
