package dev.tollgate.billing.reconciliation;

import dev.tollgate.billing.reconciliation.Reconciliation.Difference;
import dev.tollgate.tenants.Slice;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reconciles again and again, on one instance at a time, and keeps what was found: {@code Σ usage = Σ ledger = balances},
 * per tenant and in all, and {@code Σ usage = Σ invoice lines} of what was closed, per tenant (money rule 8).
 */
public final class ReconciliationRuns {

  /** The check of the sums over all tenants that a difference without a tenant is about. */
  static final String USAGE_IN_ALL = "usage = ledger, in all";
  static final String BALANCES_IN_ALL = "ledger = balances, in all";

  private static final Logger log = LoggerFactory.getLogger(ReconciliationRuns.class);
  private static final int LOGGED = 20;
  private static final Duration KEPT = Duration.ofDays(400);

  private final JdbcRunStore store;
  private final Reconciliation reconciliation;
  private final Clock clock;
  private final TransactionTemplate snapshot;

  public ReconciliationRuns(DataSource database, Clock clock) {
    this.store = new JdbcRunStore(JdbcClient.create(database));
    this.reconciliation = new Reconciliation(database);
    this.clock = clock;
    this.snapshot = new TransactionTemplate(new JdbcTransactionManager(database));
    // All views must see the same moment.
    this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
  }

  /**
   * One run.
   *
   * @param differences sums that should be equal and are not; none if the books agreed
   * @param totals what was proved, by unit
   */
  public record Run(Instant startedAt, Duration took, List<Difference> differences, List<Total> totals) {}

  /**
   * A run as it was kept.
   *
   * @param differences how many sums should be equal and are not
   */
  public record Kept(long id, Instant startedAt, Duration took, int differences, List<Total> totals) {}

  /** What differences are ordered by; {@code GAP} is how far apart the sums are, whatever they count. */
  public enum Order {
    CHECK, UNIT, GAP
  }

  /**
   * A difference of a run that was kept.
   *
   * @param id tells it apart from the others, for {@link Slice#after}
   */
  public record Listed(long id, Difference difference) {}

  /**
   * The sums over all tenants in one unit: {@code used = posted + pending} and {@code balances = entered}.
   *
   * @param unit a currency (pico-units), TOKEN, or PACK (thousandths of a pack token)
   * @param used by settled requests
   * @param posted to the ledger as used
   * @param pending settled, and to be posted within seconds
   * @param balances of all funds
   * @param entered into and out of these funds by the ledger
   */
  public record Total(String unit, BigInteger used, BigInteger posted, BigInteger pending,
      BigInteger balances,
      BigInteger entered) {}

  /** Reconciles if the last run, on whatever instance, is older than that; empty if not, or if another runs now. */
  public Optional<Run> runIfDue(Duration every) {
    Instant now = clock.instant();
    if (store.startedSince(now.minus(every))) {
      return Optional.empty();
    }
    Optional<Run> run = snapshot.execute(
        status -> store.excludeOthers() ? Optional.of(run(now)) : Optional.<Run>empty());
    return Objects.requireNonNull(run);
  }

  /** The last run that was kept. */
  public Optional<Kept> latest() {
    return store.latest();
  }

  /** Some of the differences of a run that was kept. */
  public List<Listed> differences(Kept run, Slice<Order> slice) {
    return store.differences(run.id(), slice);
  }

  private Run run(Instant startedAt) {
    List<Total> totals = store.totals();
    var differences = new ArrayList<>(reconciliation.differences());
    for (Total total : totals) {
      addDifference(differences, USAGE_IN_ALL, total.unit(), total.used(),
          total.posted().add(total.pending()));
      addDifference(differences, BALANCES_IN_ALL, total.unit(), total.entered(), total.balances());
    }
    var run = new Run(startedAt, Duration.between(startedAt, clock.instant()), List.copyOf(differences),
        totals);
    store.add(run);
    store.forgetBefore(startedAt.minus(KEPT));
    tell(run);
    return run;
  }

  private static void addDifference(List<Difference> differences, String check, String unit,
      BigInteger expected,
      BigInteger found) {
    if (!expected.equals(found)) {
      differences.add(new Difference(null, check, unit, expected, found));
    }
  }

  private static void tell(Run run) {
    if (run.differences().isEmpty()) {
      log.debug("The books agree: {}", run.totals());
      return;
    }
    log.error("The books do NOT agree: {} differences; see billing.reconciliation_difference",
        run.differences().size());
    run.differences().stream().limit(LOGGED).forEach(difference -> log.error("{}", difference));
  }
}
