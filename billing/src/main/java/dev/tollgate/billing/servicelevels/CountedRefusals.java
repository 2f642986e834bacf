package dev.tollgate.billing.servicelevels;

import dev.tollgate.billing.OperatorRefusals;
import dev.tollgate.billing.contracts.Contract;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts refusals in memory, by contract and quarter of an hour, and writes them to the database every few seconds. While
 * that is away they are kept. A count is written whole under an id of its own, so it does not matter whether a statement
 * that broke was carried out (ADR 0028).
 */
public final class CountedRefusals implements OperatorRefusals {

  private static final Logger log = LoggerFactory.getLogger(CountedRefusals.class);

  /** Some 10 MB: a day without a database in which 500 contracts are refused all the time. */
  private static final int MOST_COUNTS = 50_000;
  private static final int WRITTEN_AT_ONCE = 5_000;
  private static final Duration BEHIND = Duration.ofMinutes(1);

  private final Contracts contracts;
  private final JdbcRefusalStore store;
  private final Clock clock;
  private final int most;
  private final ConcurrentHashMap<Quarter, Count> counts = new ConcurrentHashMap<>();
  private final AtomicLong counted = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();

  public CountedRefusals(Contracts contracts, DataSource database, Clock clock) {
    this(contracts, database, clock, MOST_COUNTS);
  }

  CountedRefusals(Contracts contracts, DataSource database, Clock clock, int most) {
    this.contracts = contracts;
    this.store = new JdbcRefusalStore(JdbcClient.create(database));
    this.clock = clock;
    this.most = most;
  }

  /** A quarter of an hour of a contract. */
  record Quarter(long contract, TenantId tenant, Instant begins) {

    static final Duration LENGTH = Duration.ofMinutes(15);

    static Quarter of(Contract contract, Instant instant) {
      long seconds = LENGTH.toSeconds();
      return new Quarter(contract.id(), contract.tenant(),
          Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), seconds) * seconds));
    }

    boolean isOverAt(Instant instant) {
      return !begins.plus(LENGTH).isAfter(instant);
    }
  }

  /**
   * What was counted.
   *
   * @param id that no other count has
   * @param written how many of the requests the database has
   * @param waitingSince when the first of the others came
   */
  record Count(UUID id, long requests, long written, Instant waitingSince) {

    boolean isWritten() {
      return written == requests;
    }

    Count and(Instant now) {
      return new Count(id, Math.incrementExact(requests), written, isWritten() ? now : waitingSince);
    }

    Count written(long requestsWritten, Instant at) {
      return new Count(id, requests, requestsWritten, at);
    }
  }

  /** A count that the database is to have. */
  record Entry(Quarter quarter, Count count) {}

  @Override
  public void count(TenantId tenant, Instant arrivedAt) {
    Contract contract = contracts.inForce(tenant, arrivedAt);
    if (contract == null) {
      return;
    }
    Quarter quarter = Quarter.of(contract, arrivedAt);
    Instant now = clock.instant();
    Count counting = counts.compute(quarter, (_, count) -> next(count, now));
    if (counting == null) {
      drop(tenant);
    } else {
      counted.incrementAndGet();
    }
  }

  private @Nullable Count next(@Nullable Count count, Instant now) {
    if (count != null) {
      return count.and(now);
    }
    return counts.mappingCount() < most ? new Count(UUID.randomUUID(), 1, 0, now) : null;
  }

  private void drop(TenantId tenant) {
    if (dropped.getAndIncrement() == 0) {
      log.error(
          "A refused request of tenant {} is not counted for its service level: {} counts wait for the database "
              + "already. See tollgate.service.refusals.dropped for how many follow",
          tenant, most);
    }
  }

  /**
   * Writes what the database does not have yet. To be called every few seconds.
   *
   * @throws org.springframework.dao.DataAccessException if it cannot be had; what was not written is kept
   */
  public synchronized void write() {
    Instant now = clock.instant();
    List<Entry> waiting = counts.entrySet().stream().filter(each -> !each.getValue().isWritten())
        .map(each -> new Entry(each.getKey(), each.getValue())).toList();
    for (int from = 0; from < waiting.size(); from += WRITTEN_AT_ONCE) {
      List<Entry> some = waiting.subList(from, Math.min(waiting.size(), from + WRITTEN_AT_ONCE));
      store.put(some);
      some.forEach(entry -> counts.computeIfPresent(entry.quarter(),
          (_, count) -> count.written(entry.count().requests(), now)));
    }
    counts.keySet()
        .forEach(quarter -> counts.computeIfPresent(quarter,
            (_, count) -> count.isWritten() && quarter.isOverAt(now) ? null : count));
  }

  /** Writes for the last time; what cannot be written is told to the log, since nobody will know of it any more. */
  public void writeLast() {
    try {
      write();
    } catch (RuntimeException e) {
      counts.forEach((quarter, count) -> log.error(
          "{} refused requests of contract {} in the quarter of an hour from {} are not counted for its service level",
          count.requests() - count.written(), quarter.contract(), quarter.begins()));
      throw e;
    }
  }

  /** Whether something has waited for the database so long that a close should not take the month for complete. */
  public boolean isBehind() {
    Instant latest = clock.instant().minus(BEHIND);
    return counts.values().stream()
        .anyMatch(count -> !count.isWritten() && count.waitingSince().isBefore(latest));
  }

  /** Requests that were counted since the start. */
  public long counted() {
    return counted.get();
  }

  /** Requests that were not, for want of room. */
  public long dropped() {
    return dropped.get();
  }
}
