package dev.tollgate.billing.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * The way between machines and the database, and what may befall it: calls are slow, fail before or after the database
 * acted, hang, or find nobody there.
 */
final class Network {

  static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long LONGEST_HANG = 8 * SECOND;

  private final Schedule schedule;
  private final SplittableRandom random;
  private final Map<Machine, Long> partitionedUntil = new HashMap<>();
  private long slowUntil;
  private long flakyUntil;
  private long awaySince = Long.MIN_VALUE;
  private long awayUntil;
  private long lastTrouble = -SECOND;

  Network(Schedule schedule, SplittableRandom random) {
    this.schedule = schedule;
    this.random = random;
  }

  void slowFor(long nanos) {
    slowUntil = Math.max(slowUntil, schedule.now() + nanos);
    trouble(slowUntil);
  }

  void flakyFor(long nanos) {
    flakyUntil = Math.max(flakyUntil, schedule.now() + nanos);
    trouble(flakyUntil);
  }

  /** The database ends what it has in hand, and is not there for a while. */
  void awayFor(long nanos) {
    awaySince = schedule.now();
    awayUntil = Math.max(awayUntil, schedule.now() + nanos);
    trouble(awayUntil);
  }

  void partition(Machine machine, long nanos) {
    partitionedUntil.merge(machine, schedule.now() + nanos, Math::max);
    trouble(schedule.now() + nanos);
  }

  /** Ends all that troubles it, but for calls that hang already. */
  void heal() {
    slowUntil = 0;
    flakyUntil = 0;
    awayUntil = Math.min(awayUntil, schedule.now());
    partitionedUntil.clear();
  }

  boolean reaches(Machine machine) {
    return partitionedUntil.getOrDefault(machine, 0L) <= schedule.now();
  }

  boolean isAway() {
    return awayUntil > schedule.now();
  }

  /** Notes that something is not as it should be, until an instant. */
  void trouble(long until) {
    lastTrouble = Math.max(lastTrouble, until);
  }

  /** Since when nothing has gone wrong; later than now while something does. */
  long calmSince() {
    return lastTrouble;
  }

  private static final class Reply<T> {

    private boolean arrived;
    private boolean lost;
    private Supplier<T> result = () -> {
      throw new IllegalStateException("No reply");
    };
  }

  /**
   * Runs a transaction in the database for a task of a machine, which waits for the reply.
   *
   * @throws DataAccessResourceFailureException if no reply comes, whether or not the transaction ran
   */
  <T> T call(Machine machine, Supplier<T> transaction) {
    var reply = new Reply<T>();
    int fault = schedule.now() < flakyUntil ? random.nextInt(8) : -1;
    if (isAway() || !reaches(machine)) {
      schedule.after(random.nextBoolean() ? MILLI : 2 * SECOND, null, () -> lose(reply));
    } else {
      schedule.after(latency(), null, () -> act(machine, reply, transaction, fault));
    }
    schedule.await(() -> reply.arrived, Long.MAX_VALUE / 4);
    if (reply.lost) {
      trouble(schedule.now());
      throw new DataAccessResourceFailureException("The database does not answer");
    }
    return reply.result.get();
  }

  /**
   * The same for a transaction that may act when its caller has given up waiting for it: the statement was on its way, or
   * stood behind a lock or a slow disk.
   */
  <T> T callThatMayActLate(Machine machine, Supplier<T> transaction) {
    if (schedule.now() >= flakyUntil || isAway() || !reaches(machine) || random.nextInt(8) > 0) {
      return call(machine, transaction);
    }
    var reply = new Reply<T>();
    long sentAt = schedule.now();
    long lostAfter = latency();
    long actsAfter = lostAfter + random.nextLong(MILLI, 2 * SECOND);
    trouble(sentAt + actsAfter);
    schedule.after(lostAfter, null, () -> lose(reply));
    schedule.after(actsAfter, null, () -> {
      if (!isAway() && awaySince <= sentAt) {
        result(transaction);
      }
    });
    schedule.await(() -> reply.arrived, Long.MAX_VALUE / 4);
    throw new DataAccessResourceFailureException("The database does not answer");
  }

  private <T> void act(Machine machine, Reply<T> reply, Supplier<T> transaction, int fault) {
    if (isAway()) {
      lose(reply);
    } else if (!reaches(machine)) {
      hang(reply);
    } else if (fault == 0) {
      lose(reply);
    } else {
      long actedAt = schedule.now();
      reply.result = result(transaction);
      schedule.after(latency(), null, () -> {
        if (fault == 1 || awaySince > actedAt) {
          lose(reply);
        } else if (!reaches(machine)) {
          hang(reply);
        } else {
          reply.arrived = true;
        }
      });
    }
  }

  private static <T> Supplier<T> result(Supplier<T> transaction) {
    try {
      T value = transaction.get();
      return () -> value;
    } catch (RuntimeException e) {
      return () -> {
        throw e;
      };
    }
  }

  private void hang(Reply<?> reply) {
    long nanos = random.nextLong(SECOND, LONGEST_HANG);
    trouble(schedule.now() + nanos);
    schedule.after(nanos, null, () -> lose(reply));
  }

  private void lose(Reply<?> reply) {
    trouble(schedule.now());
    reply.lost = true;
    reply.arrived = true;
  }

  private long latency() {
    return schedule.now() < slowUntil
        ? random.nextLong(5 * MILLI, 400 * MILLI)
        : random.nextLong(MILLI / 10, MILLI);
  }
}
