package dev.tollgate.gateway.admission.limits;

import dev.tollgate.gateway.coordination.Presence;
import dev.tollgate.tenants.Caller;
import dev.tollgate.tenants.Limits;
import dev.tollgate.tenants.Limits.Applied;
import dev.tollgate.tenants.Limits.Subject;
import dev.tollgate.tenants.RateLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The rate limits of an instance. A request takes what it needs of all limits that it is under, of its key, its project
 * and its tenant, or nothing of any. In memory; only where the share at hand does not suffice is the database asked, for
 * at most a quarter of a second.
 */
public final class RateLimiter {

  /** What an instance announces under that it is short of a limit. */
  public static final String RECALL_TOPIC = "limit_recall";

  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final Entrance UNLIMITED = new Entrance.Admitted(Passage.FREE);

  private final Limits limits;
  private final Presence presence;
  private final LongSupplier nanos;
  private final long patienceNanos;
  private final Lender lender;
  private final ConcurrentHashMap<Limited, Share> shares = new ConcurrentHashMap<>();

  /** @param nanos a monotonic clock */
  public RateLimiter(Limits limits, Presence presence, JdbcClient jdbc, LongSupplier nanos) {
    this(limits, presence, jdbc, nanos, PATIENCE, task -> Thread.ofVirtual().name("limits").start(task),
        LockSupport::parkNanos);
  }

  /** One that waits and works beside as it is told. */
  RateLimiter(Limits limits, Presence presence, JdbcClient jdbc, LongSupplier nanos, Duration patience,
      Executor background, LongConsumer pauseNanos) {
    this.limits = limits;
    this.presence = presence;
    this.nanos = nanos;
    this.patienceNanos = patience.toNanos();
    this.lender = new Lender(new JdbcShareStore(jdbc), presence, background, nanos, pauseNanos,
        patienceNanos);
  }

  private record Limited(UUID subject, LimitKind kind) {}

  /** Whether a request may come in. */
  public sealed interface Entrance {

    record Admitted(Passage passage) implements Entrance {}

    record Refused(LimitHit hit) implements Entrance {}
  }

  /** Counts a request in, if its limits allow one more request at all and one more to run now. */
  public Entrance enter(Caller caller) {
    List<Applied> applied = limits.applyingTo(caller);
    if (applied.isEmpty()) {
      return UNLIMITED;
    }
    long now = nanos.getAsLong();
    var passage = new Passage(this, shares(applied, LimitKind.REQUESTS, now),
        shares(applied, LimitKind.SLOTS, now), shares(applied, LimitKind.TOKENS, now));
    LimitHit hit = passage.enter();
    return hit == null ? new Entrance.Admitted(passage) : new Entrance.Refused(hit);
  }

  private List<Share> shares(List<Applied> applied, LimitKind kind, long now) {
    var found = new ArrayList<Share>(applied.size());
    for (Applied one : applied) {
      Long limit = limit(one.limits(), kind);
      if (limit != null) {
        found.add(share(one.subject(), kind, limit, now));
      }
    }
    return found;
  }

  private Share share(Subject subject, LimitKind kind, long limit, long now) {
    var key = new Limited(subject.id(), kind);
    Share share = shares.get(key);
    if (share == null) {
      share = shares.computeIfAbsent(key, _ -> new Share(subject, kind, limit, now));
    }
    share.follow(limit, now);
    return share;
  }

  private static @Nullable Long limit(RateLimits limits, LimitKind kind) {
    return switch (kind) {
      case REQUESTS -> limits.requestsPerMinute();
      case TOKENS -> limits.tokensPerMinute();
      case SLOTS -> limits.concurrentRequests();
    };
  }

  long now() {
    return nanos.getAsLong();
  }

  long deadline(long now) {
    return now + patienceNanos;
  }

  /** Takes an amount, waiting for the database if need be; null if the limit does not allow it. */
  @Nullable
  Taken take(Share share, long amount, long now, long deadlineNanos) {
    if (share.take(amount, now)) {
      refillIfLow(share, now);
      return new Taken(share, amount, now);
    }
    return switch (lender.obtain(share, amount, deadlineNanos)) {
      case Lender.Outcome.Taken(long at) -> new Taken(share, amount, at);
      case Lender.Outcome.Denied() -> null;
      case Lender.Outcome.Dropped() ->
        take(share(share.subject(), share.kind(), share.limit(), now), amount, now, deadlineNanos);
    };
  }

  /** Uses an amount of a running request in any case. */
  Taken charge(Share share, long amount, long now) {
    share.charge(amount, now);
    refillIfLow(share, now);
    return new Taken(share, amount, now);
  }

  private void refillIfLow(Share share, long now) {
    if (share.runsLow(now)) {
      lender.refill(share);
    }
  }

  /** Another instance is short of a limit; the announcement may be this instance's own. */
  public void recalled(String announcement) {
    Recall recall = Recall.parse(announcement);
    Share share = shares.get(new Limited(recall.subject(), recall.kind()));
    Long epoch = presence.epoch();
    if (share != null && (epoch == null || epoch != recall.epoch())) {
      lender.recalled(share);
    }
  }

  /** Gives back what idles, books what was used beyond the shares, and forgets what nobody uses; a few times a second. */
  public void tick() {
    Long epoch = presence.epoch();
    if (epoch == null || shares.isEmpty()) {
      return;
    }
    long now = nanos.getAsLong();
    var unsettled = new ArrayList<Share>();
    for (var entry : shares.entrySet()) {
      Share share = entry.getValue();
      if (share.isUnsettled(epoch, now)) {
        unsettled.add(share);
      } else if (share.drop(now)) {
        shares.remove(entry.getKey(), share);
      }
    }
    lender.settle(unsettled);
  }

  /** Limits that are kept in memory at present. */
  public int size() {
    return shares.size();
  }

  /** Gives back all that is idle, when no request runs any more. */
  public void stop() {
    shares.values().forEach(lender::giveUp);
  }
}
