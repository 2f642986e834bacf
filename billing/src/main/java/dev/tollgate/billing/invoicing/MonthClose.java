package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.commitments.ContractCommitments;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.invoicing.JdbcCloseStore.ZoneUse;
import dev.tollgate.billing.rollups.RollUps;
import dev.tollgate.billing.servicelevels.MeasuredServiceLevels;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Closes months step by step: begin, wait for the watermark, cut, roll up, draft. Each step is a transaction that leaves a
 * mark, so that whoever comes next, here or on another instance, goes on behind the last mark.
 */
public final class MonthClose implements Closing {

  private static final Logger log = LoggerFactory.getLogger(MonthClose.class);
  private static final int LONGEST_NAME = 100;

  private final JdbcCloseStore store;
  private final RollUps rollUps;
  private final DraftBatches batches;
  private final Contracts contracts;
  private final CloseSettings settings;
  private final Clock clock;
  private final TransactionTemplate transaction;

  public MonthClose(DataSource database, Contracts contracts, ContractCommitments commitments,
      CloseSettings settings,
      Clock clock) {
    JdbcClient jdbc = JdbcClient.create(database);
    this.store = new JdbcCloseStore(jdbc);
    this.rollUps = new RollUps(database);
    var transactions = new JdbcTransactionManager(database);
    this.batches = new DraftBatches(new JdbcDraftStore(jdbc), settings.retryAfter(),
        drafting(jdbc, contracts, commitments),
        transactions);
    this.contracts = contracts;
    this.settings = settings;
    this.clock = clock;
    this.transaction = new TransactionTemplate(transactions);
  }

  static Drafting drafting(JdbcClient jdbc, Contracts contracts, ContractCommitments commitments) {
    return new Drafting(new JdbcDraftStore(jdbc), new JdbcUsageSums(jdbc), new JdbcTotalsStore(jdbc),
        new Shortfalls(new JdbcShortfallStore(jdbc), contracts, commitments),
        new MeasuredServiceLevels(jdbc));
  }

  @Override
  public Outcome close(YearMonth month, String by) {
    return advance(month, by, false);
  }

  @Override
  public Outcome closeWithoutWaiting(YearMonth month, String by) {
    return advance(month, by, true);
  }

  @Override
  public Outcome begin(YearMonth month, String by, boolean withoutWaiting) {
    if (by.isBlank() || by.length() > LONGEST_NAME) {
      return new Outcome.Refused("Who closes a month is named by 1 to " + LONGEST_NAME + " characters",
          "Name somebody");
    }
    Optional<Outcome.Refused> refusal = inTransaction(() -> begin(month, by));
    if (refusal.isPresent()) {
      return refusal.get();
    }
    CloseRow close = latest(month);
    if (withoutWaiting && close.cutAt() == null) {
      store.override(close.id(), by);
    }
    if (close.draftedAt() == null) {
      store.retry(close.id());
    }
    Progress progress = store.progress(close);
    return close.draftedAt() == null ? new Outcome.UnderWay(progress) : new Outcome.Drafted(progress);
  }

  @Override
  public void carryOn() {
    store.unfinished().filter(close -> !store.waitsForTenants(close.id())).ifPresent(this::goOn);
  }

  private Outcome advance(YearMonth month, String by, boolean override) {
    Outcome begun = begin(month, by, override);
    return begun instanceof Outcome.UnderWay ? goOn(latest(month)) : begun;
  }

  private Outcome goOn(CloseRow close) {
    YearMonth month = close.month();
    Optional<Outcome.Waiting> waiting = inTransaction(() -> cut(close.id(), month));
    return waiting.isPresent() ? waiting.get() : work(latest(month));
  }

  /** Leaves an unfinished close of the month to go on with, or a finished one if there is nothing new to close. */
  private Optional<Outcome.Refused> begin(YearMonth month, String by) {
    store.lock();
    Optional<CloseRow> unfinished = store.unfinished();
    if (unfinished.isPresent()) {
      YearMonth other = unfinished.get().month();
      return other.equals(month) ? Optional.empty()
          : Optional.of(new Outcome.Refused("The close of " + other + " is still under way",
              "Let it end first: close " + other + " again"));
    }
    List<ZoneUse> zones = store.zones();
    Optional<Outcome.Refused> refusal = refusal(month, zones);
    if (refusal.isEmpty() && isDue(month, zones)) {
      long close = store.begin(month, by);
      int tenants = store.addPeriods(close, month, ids(zones), clock.instant());
      log.info("{} begins to close {} for {} tenants", by, month, tenants);
    }
    return refusal;
  }

  private Optional<Outcome.Refused> refusal(YearMonth month, List<ZoneUse> zones) {
    Optional<YearMonth> last = store.lastMonth();
    if (last.isPresent() && month.isBefore(last.get())) {
      return Optional
          .of(new Outcome.Refused("Months are closed in order, and " + last.get() + " is closed already",
              "What belongs to " + month + " and came later is on the next invoice; " + last.get()
                  + " or the month after it can be closed"));
    }
    if (last.isPresent() && month.isAfter(last.get())) {
      YearMonth next = isDue(last.get(), zones) ? last.get() : last.get().plusMonths(1);
      if (!next.equals(month) && ends(next, zones).isPresent()) {
        return Optional
            .of(new Outcome.Refused("Months are closed in order, and " + next + " is not closed yet",
                "Close " + next + " first"));
      }
    }
    Optional<Instant> end = ends(month, zones);
    if (end.isEmpty()) {
      return Optional
          .of(new Outcome.Refused("There is no tenant with a contract", "Conclude a contract first"));
    }
    if (end.get().isAfter(clock.instant())) {
      return Optional.of(new Outcome.Refused("The month " + month + " has not ended",
          "It can be closed from " + end.get() + " on; " + possible(zones)));
    }
    return last.filter(month::equals).isPresent() || isDue(month, zones) ? Optional.empty()
        : Optional.of(new Outcome.Refused("No tenant had a contract in " + month,
            "Choose another month; " + possible(zones)));
  }

  /** Which months can be closed, or when one can be; there is a tenant with a contract. */
  private String possible(List<ZoneUse> zones) {
    List<YearMonth> due = due();
    if (!due.isEmpty()) {
      return "due now: " + due;
    }
    YearMonth next = first(zones).orElseThrow();
    while (hasEnded(next, zones)) {
      next = next.plusMonths(1);
    }
    return "none is due until " + next + " has ended, at " + ends(next, zones).orElseThrow();
  }

  /** When a month first ends for any tenant. */
  private static Optional<Instant> ends(YearMonth month, List<ZoneUse> zones) {
    return zones.stream().map(use -> Months.start(month.plusMonths(1), use.zone()))
        .min(Comparator.naturalOrder());
  }

  private boolean isDue(YearMonth month, List<ZoneUse> zones) {
    return store.isDue(month, ids(zones), clock.instant());
  }

  private static List<ZoneId> ids(List<ZoneUse> zones) {
    return zones.stream().map(ZoneUse::zone).toList();
  }

  /** Parts settled from late usage, unless instances may still hold some and patience is not at its end. */
  private Optional<Outcome.Waiting> cut(long id, YearMonth month) {
    store.lock();
    CloseRow close = latest(month);
    if (close.id() != id || close.cutAt() != null) {
      return Optional.empty();
    }
    List<Long> unsettled = store.unsettled(close.lastInstant());
    Instant until = close.begunAt().plus(settings.patience());
    if (!unsettled.isEmpty() && !close.overridden() && store.now().isBefore(until)) {
      return Optional.of(new Outcome.Waiting(unsettled, until));
    }
    if (!unsettled.isEmpty()) {
      log.warn("The close of {} goes on without instances {}; what they settle later is on the next invoice",
          month,
          unsettled);
    }
    store.cut(id, unsettled);
    return Optional.empty();
  }

  private Outcome work(CloseRow close) {
    Instant cut = Objects.requireNonNull(close.cutAt());
    contracts.refresh();
    var workers = new SideBySide(settings.workers());
    if (close.summedAt() == null) {
      while (rollUps.foldSettledBefore(cut) > 0) {
        log.debug("Folds what was settled before the cut into the roll-ups");
      }
      store.summed(close.id());
    }
    // Who is set aside from now on is not tried again by this call, and counts as set aside in what it tells: it would not
    // end where setting all of them aside takes longer than the first has to wait.
    Instant begun = store.now();
    if (latest(close.month()).summedAt() != null) {
      workers.repeat(
          () -> inTransaction(() -> batches.draftSome(close.id(), begun, settings.tenantsAtOnce())) > 0);
      store.drafted(close.id());
    }
    CloseRow now = latest(close.month());
    Progress progress = store.progress(now, begun);
    return now.draftedAt() == null ? new Outcome.UnderWay(progress) : new Outcome.Drafted(progress);
  }

  private CloseRow latest(YearMonth month) {
    return store.latest(month)
        .orElseThrow(() -> new IllegalStateException("The close of " + month + " is gone"));
  }

  private <T> T inTransaction(Supplier<T> step) {
    return Objects.requireNonNull(transaction.execute(status -> step.get()));
  }

  @Override
  public Optional<Progress> progress(YearMonth month) {
    return store.latest(month).map(store::progress);
  }

  @Override
  public List<Progress> months() {
    return store.months().stream().map(this::latest).map(store::progress).toList();
  }

  @Override
  public List<YearMonth> due() {
    List<ZoneUse> zones = store.zones();
    var due = new ArrayList<YearMonth>();
    Optional<YearMonth> first = first(zones);
    if (first.isPresent()) {
      for (YearMonth month = first.get(); hasEnded(month, zones); month = month.plusMonths(1)) {
        if (isDue(month, zones)) {
          due.add(month);
        }
      }
    }
    return List.copyOf(due);
  }

  /** The last month that was closed, since tenants may be left of it, or that of the first contract. */
  private Optional<YearMonth> first(List<ZoneUse> zones) {
    return store.lastMonth().or(() -> zones.stream()
        .map(use -> YearMonth.from(use.since().atZone(use.zone()))).min(Comparator.naturalOrder()));
  }

  private boolean hasEnded(YearMonth month, List<ZoneUse> zones) {
    return ends(month, zones).filter(end -> !end.isAfter(clock.instant())).isPresent();
  }
}
