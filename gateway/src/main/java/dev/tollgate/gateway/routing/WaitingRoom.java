package dev.tollgate.gateway.routing;

import dev.tollgate.gateway.routing.RoutingProperties.Queue;
import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests for one model that wait for a place. Who goes next is weighted fair queueing between tenants (start-time fair
 * queueing, Goyal, Vin and Cheng, 1996): a tenant's requests queue behind its own, not behind another's burst. Higher
 * priorities go first, but after {@value #TURNS} of them in a row one of the others does.
 *
 * <p>Nobody comes here while there are places, so this lock is on no request's way then.
 */
final class WaitingRoom {

  private static final int TURNS = 7;
  /** Fewer say nothing about the pace of those to come. */
  private static final int GRANTS_THAT_TELL = 8;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration LEAST_RETRY = Duration.ofSeconds(1);

  private final Queue bounds;
  private final Function<Demand, Route.@Nullable Found> places;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<TenantId, Line> lines = new HashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private long virtualTime;
  private int turnsInARow;
  private long lastGrant;
  private long grantInterval;
  private int grants;

  /**
   * An empty room.
   *
   * @param places takes a place for a request, or tells that there is none
   */
  WaitingRoom(Queue bounds, Function<Demand, Route.@Nullable Found> places, LongSupplier nanoClock) {
    this.bounds = bounds;
    this.places = places;
    this.nanoClock = nanoClock;
  }

  boolean isEmpty() {
    return waiting.get() == 0;
  }

  int waiting() {
    return waiting.get();
  }

  /** Waits for a place; refuses at once where too many wait, or where it would take too long. */
  Route await(Demand demand, BooleanSupplier clientIsGone) throws InterruptedException {
    Waiter waiter = new Waiter(demand, Thread.currentThread(), nanoClock.getAsLong());
    Route refused = join(waiter);
    if (refused != null) {
      return refused;
    }
    // A place may have become free between the look at the backends and the joining.
    dispatch();
    long deadline = waiter.joinedAt + bounds.longestWait().toNanos();
    while (waiter.found == null) {
      long left = deadline - nanoClock.getAsLong();
      boolean gone = clientIsGone.getAsBoolean();
      if ((left <= 0 || gone || Thread.currentThread().isInterrupted()) && leave(waiter)) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        return gone ? new Route.Left() : new Route.Full(LEAST_RETRY);
      }
      if (waiter.found == null) {
        LockSupport.parkNanos(this, Math.min(left, LOOK_NANOS));
        dispatch();
      }
    }
    return waiter.found;
  }

  private @Nullable Route join(Waiter waiter) {
    lock.lock();
    try {
      Line line = lines.computeIfAbsent(waiter.demand.tenant(), _ -> new Line());
      long wait = expectedWait(waiter.demand.standing().priority());
      Duration retry = Duration.ofNanos(Math.max(wait, LEAST_RETRY.toNanos()));
      if (line.waiters.size() >= bounds.perTenant()) {
        return new Route.TenantFull(retry);
      }
      if (waiting.get() >= bounds.size() || wait > bounds.longestWait().toNanos()) {
        return new Route.Full(retry);
      }
      line.add(waiter, virtualTime);
      waiting.incrementAndGet();
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** By the pace of the last places, and as many as wait with at least the same priority. */
  private long expectedWait(int priority) {
    long ahead = 0;
    for (Line line : lines.values()) {
      for (Waiter other : line.waiters) {
        ahead += other.demand.standing().priority() >= priority ? 1 : 0;
      }
    }
    return grants < GRANTS_THAT_TELL ? 0 : grantInterval * ahead;
  }

  /** Whether it left without a place. */
  private boolean leave(Waiter waiter) {
    lock.lock();
    try {
      if (waiter.found != null) {
        return false;
      }
      Line line = lines.get(waiter.demand.tenant());
      if (line != null && line.waiters.remove(waiter)) {
        left();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Gives the places that there are to those who wait. To be called whenever a place may have become free. */
  void dispatch() {
    if (isEmpty()) {
      return;
    }
    lock.lock();
    try {
      while (!isEmpty() && grantNext()) {
        // One place may be followed by another.
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean grantNext() {
    for (Waiter next : inOrder()) {
      Route.Found found = places.apply(next.demand);
      if (found != null) {
        grant(next, found);
        return true;
      }
    }
    return false;
  }

  private void grant(Waiter next, Route.Found found) {
    lines.values().forEach(line -> line.waiters.remove(next));
    boolean overtakes = lines.values().stream().flatMap(line -> line.waiters.stream())
        .anyMatch(other -> other.demand.standing().priority() < next.demand.standing().priority());
    turnsInARow = overtakes ? turnsInARow + 1 : 0;
    virtualTime = Math.max(virtualTime, next.start);
    long now = nanoClock.getAsLong();
    long since = now - Math.max(lastGrant, next.joinedAt);
    grantInterval = grantInterval == 0 ? since : (7 * grantInterval + since) / 8;
    lastGrant = now;
    grants++;
    next.found = found;
    LockSupport.unpark(next.thread);
    left();
  }

  /** Forgets everything when nobody waits any more: fairness is among those who do. */
  private void left() {
    waiting.decrementAndGet();
    lines.values().removeIf(line -> line.waiters.isEmpty() && line.lastFinish <= virtualTime);
    if (isEmpty()) {
      lines.clear();
      virtualTime = 0;
      turnsInARow = 0;
      grantInterval = 0;
      grants = 0;
    }
  }

  /** The first of every line, the one to go next first. */
  private List<Waiter> inOrder() {
    List<Waiter> heads = new ArrayList<>(lines.size());
    for (Line line : lines.values()) {
      if (!line.waiters.isEmpty()) {
        heads.add(line.waiters.getFirst());
      }
    }
    Comparator<Waiter> byPriority = Comparator.comparingInt(waiter -> -waiter.demand.standing().priority());
    heads.sort((turnsInARow >= TURNS ? byPriority.reversed() : byPriority)
        .thenComparingLong(waiter -> waiter.start).thenComparingLong(waiter -> waiter.joinedAt));
    return heads;
  }
}
