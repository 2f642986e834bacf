package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Consumption;
import dev.tollgate.billing.Hold;
import dev.tollgate.billing.Receipt;
import dev.tollgate.billing.Reservations;
import dev.tollgate.billing.Reservations.Admission;
import dev.tollgate.billing.Reservations.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Knows which requests of this instance are not settled in the database yet, and tells the database up to which arrival
 * all are, so that a close need not guess.
 */
public final class Watermark {

  private static final Logger log = LoggerFactory.getLogger(Watermark.class);

  /** How long after its arrival a request may come to ask for funds. */
  private static final Duration LATEST_HOLD = Duration.ofMinutes(2);

  private final UUID instance;
  private final JdbcClient jdbc;
  private final Clock clock;
  private final BooleanSupplier allInDatabase;
  private final Set<Open> open = ConcurrentHashMap.newKeySet();

  /**
   * Watches one instance.
   *
   * @param instance as it registers itself
   * @param allInDatabase whether nothing that counts as settled or as refused waits here for the database
   */
  public Watermark(UUID instance, DataSource database, Clock clock, BooleanSupplier allInDatabase) {
    this.instance = instance;
    this.jdbc = JdbcClient.create(database);
    this.clock = clock;
    this.allInDatabase = allInDatabase;
  }

  /** The instance that is watched. */
  public UUID instance() {
    return instance;
  }

  /** The same reservations, watched. */
  public Reservations watching(Reservations reservations) {
    return request -> {
      var mark = new Open(request.arrivedAt());
      open.add(mark);
      try {
        return watched(reservations.hold(request), mark);
      } catch (RuntimeException e) {
        open.remove(mark);
        throw e;
      }
    };
  }

  private Admission watched(Admission admission, Open mark) {
    return switch (admission) {
      case Admission.Held(Hold hold) -> new Admission.Held(new WatchedHold(hold, mark));
      case Admission.Refused refused -> {
        open.remove(mark);
        yield refused;
      }
    };
  }

  /** Before which instant every request that arrived is settled, or empty if that cannot be told now. */
  Optional<Instant> settledUntil() {
    Instant now = clock.instant();
    if (!allInDatabase.getAsBoolean()) {
      return Optional.empty();
    }
    Instant quiet = now.minus(LATEST_HOLD);
    return Optional
        .of(open.stream().map(Open::arrivedAt).filter(quiet::isAfter).min(Instant::compareTo).orElse(quiet));
  }

  /** Tells the database. To be called every few seconds; without a database it is told next time. */
  public void report() {
    try {
      settledUntil().ifPresent(until -> jdbc.sql("""
          UPDATE billing.instance SET settled_until = :until
          WHERE id = :instance AND settled_until IS DISTINCT FROM :until
          """).param("until", Months.utc(until)).param("instance", instance).update());
    } catch (RuntimeException e) {
      log.warn("How far this instance has settled could not be told: {}", e.toString());
    }
  }

  /** Tells the database that nothing more will come, if nothing is left. To be called once no request can arrive. */
  public void reportLast() {
    try {
      if (open.isEmpty() && allInDatabase.getAsBoolean()) {
        jdbc.sql("UPDATE billing.instance SET settled_until = 'infinity' WHERE id = :instance")
            .param("instance", instance).update();
      }
    } catch (RuntimeException e) {
      log.warn("That this instance has settled everything could not be told: {}", e.toString());
    }
  }

  /** One request; no two are the same. */
  private static final class Open {

    private final Instant arrivedAt;

    Open(Instant arrivedAt) {
      this.arrivedAt = arrivedAt;
    }

    Instant arrivedAt() {
      return arrivedAt;
    }
  }

  private final class WatchedHold implements Hold {

    private final Hold hold;
    private final Open mark;

    WatchedHold(Hold hold, Open mark) {
      this.hold = hold;
      this.mark = mark;
    }

    @Override
    public long coveredOutputTokens() {
      return hold.coveredOutputTokens();
    }

    @Override
    public long extend(long more) {
      return hold.extend(more);
    }

    /** A settlement that is not heard of in time may still reach the database; it is then billed as late usage. */
    @Override
    public CompletionStage<Receipt> settle(Consumption consumption) {
      return hold.settle(consumption).whenComplete((receipt, failure) -> open.remove(mark));
    }

    @Override
    public boolean mayExtendLater() {
      return hold.mayExtendLater();
    }

    @Override
    public @Nullable Refusal shortage() {
      return hold.shortage();
    }

    @Override
    public void checkpoint(Consumption soFar) {
      hold.checkpoint(soFar);
    }

    @Override
    public void release() {
      hold.release();
      open.remove(mark);
    }
  }
}
