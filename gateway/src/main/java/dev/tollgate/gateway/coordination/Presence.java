package dev.tollgate.gateway.coordination;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * This instance among the others: registers under an epoch, renews it, and ends the epochs of those that fell silent. It
 * judges others only while it has itself been renewing without a gap for longer than anyone may be silent: after an
 * outage of the database everybody looks dead.
 */
public final class Presence {

  private static final Logger log = LoggerFactory.getLogger(Presence.class);

  private final UUID instance;
  private final JdbcInstanceStore store;
  private final Duration timeToLive;
  private final Duration margin;
  private final LongSupplier nanos;
  private volatile @Nullable Long epoch;
  private long renewingSinceNanos;
  private long renewedAtNanos;
  private boolean renewing;

  /**
   * One that is registered by its first {@link #beat}.
   *
   * @param instance this process, for people who look into the database
   * @param nanos a monotonic clock
   */
  public Presence(UUID instance, JdbcClient jdbc, Duration timeToLive, Duration margin, LongSupplier nanos) {
    this.instance = instance;
    this.store = new JdbcInstanceStore(jdbc);
    this.timeToLive = timeToLive;
    this.margin = margin;
    this.nanos = nanos;
  }

  /** What this instance is registered under, or null before the database was there for the first time. */
  public @Nullable Long epoch() {
    return epoch;
  }

  /** Renews once, anew under another epoch if the present one has ended; to be called several times in a time to live. */
  public synchronized void beat() {
    long sentAt = nanos.getAsLong();
    try {
      Long present = epoch;
      if (present == null || !store.renew(present, timeToLive)) {
        if (present != null) {
          log.error("This instance was taken for dead: epoch {} has ended", present);
          renewing = false;
        }
        epoch = store.register(instance, timeToLive);
      }
      renewed(sentAt);
    } catch (RuntimeException e) {
      renewing = false;
      log.warn("The presence of this instance could not be renewed: {}", e.toString());
    }
  }

  /** Ends the epochs of the dead, if this instance may judge. */
  public synchronized void reclaim() {
    if (!renewing || renewedAtNanos - renewingSinceNanos < timeToLive.plus(margin).toNanos()) {
      return;
    }
    try {
      List<Long> ended = store.reclaim(margin);
      if (!ended.isEmpty()) {
        log.warn("Ended epochs {}, whose instances do not renew", ended);
      }
    } catch (RuntimeException e) {
      log.warn("The epochs of dead instances could not be ended: {}", e.toString());
    }
  }

  /** Says that nothing runs here any more. */
  public synchronized void retire() {
    Long present = epoch;
    epoch = null;
    renewing = false;
    if (present != null) {
      store.retire(present);
    }
  }

  private void renewed(long sentAt) {
    if (!renewing || sentAt - renewedAtNanos > timeToLive.toNanos() / 2) {
      renewingSinceNanos = sentAt;
    }
    renewedAtNanos = sentAt;
    renewing = true;
  }
}
