package dev.tollgate.billing.funds;

import dev.tollgate.billing.leases.Leases;
import dev.tollgate.billing.scheduling.Scheduling;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This instance among the others: renews its tenure, fences itself when it cannot, and takes back what dead instances
 * had leased. While the database is away, it works on for a while with what it has (ADR 0008). It takes back only while it
 * has itself been renewing without a gap for longer than anyone may be silent: after an outage of the database everybody
 * looks dead.
 */
final class Membership {

  private static final Logger log = LoggerFactory.getLogger(Membership.class);

  private final UUID instance;
  private final Leases leases;
  private final FundsSettings settings;
  private final Scheduling scheduling;
  private final AtomicBoolean reclaiming = new AtomicBoolean();

  private volatile @Nullable Tenure tenure;
  private long renewingSinceNanos;
  private long renewedAtNanos;
  private boolean renewing;

  Membership(UUID instance, Leases leases, FundsSettings settings, Scheduling scheduling) {
    this.instance = instance;
    this.leases = leases;
    this.settings = settings;
    this.scheduling = scheduling;
  }

  /** The present tenure, or null while this instance must not admit anything. */
  @Nullable
  Tenure tenure() {
    Tenure present = tenure;
    return present != null && present.isInForceAt(scheduling.nanos()) ? present : null;
  }

  /** The tenure last begun and not ended, also one that must not be held on any more. */
  @Nullable
  Tenure registered() {
    return tenure;
  }

  /** Renews once; to be called several times within the time to live. */
  synchronized void beat() {
    long sentAt = scheduling.nanos();
    try {
      Tenure present = tenure;
      if (present != null && leases.renew(present.epoch(), settings.timeToLive())) {
        present.extend(endOf(sentAt));
      } else {
        if (present != null) {
          log.error("This instance was taken for dead: epoch {} was reclaimed", present.epoch());
          tenure = null;
          renewing = false;
        }
        tenure = new Tenure(leases.register(instance, settings.timeToLive()), endOf(sentAt));
      }
      renewed(sentAt);
    } catch (RuntimeException e) {
      renewing = false;
      log.warn("The lease of funds could not be renewed: {}", e.toString());
      workOn();
    }
  }

  /**
   * The database was asked and did not answer: nobody who depends on it can take the leases back, unless only this
   * instance is cut off from it. A process that merely slept has not asked, and stays fenced until it has.
   */
  private void workOn() {
    Tenure present = tenure;
    if (present != null) {
      present.workOn(renewedAtNanos + settings.validity().toNanos());
    }
  }

  /**
   * Takes back the leases of the dead, if this instance may judge, which it may right after a beat. That can take longer
   * than its own life, so it must not keep the next beat waiting; one at a time is enough.
   */
  void reclaim() {
    if (!mayJudge() || !reclaiming.compareAndSet(false, true)) {
      return;
    }
    try {
      List<Long> ended = leases.reclaim(settings.margin());
      if (!ended.isEmpty()) {
        log.warn("Took back the leases of epochs {}, whose instances do not renew", ended);
      }
    } catch (RuntimeException e) {
      log.warn("The leases of dead instances could not be taken back: {}", e.toString());
    } finally {
      reclaiming.set(false);
    }
  }

  private synchronized boolean mayJudge() {
    long silence = settings.timeToLive().plus(settings.margin()).toNanos();
    return renewing && renewedAtNanos - renewingSinceNanos >= silence;
  }

  /** Gives everything back and admits nothing from now on. */
  synchronized void retire() {
    Tenure present = tenure;
    tenure = null;
    renewing = false;
    if (present != null) {
      try {
        leases.retire(present.epoch());
      } catch (RuntimeException e) {
        log.warn("The leases of epoch {} could not be given back; others will take them back: {}",
            present.epoch(), e.toString());
      }
    }
  }

  private long endOf(long sentAt) {
    return sentAt + settings.timeToLive().minus(settings.margin()).toNanos();
  }

  private void renewed(long sentAt) {
    boolean gap = !renewing || sentAt - renewedAtNanos > settings.timeToLive().toNanos() / 2;
    if (gap) {
      renewingSinceNanos = sentAt;
    }
    renewedAtNanos = sentAt;
    renewing = true;
  }
}
