package dev.tollgate.billing.dunning;

import dev.tollgate.billing.Decision;
import dev.tollgate.billing.Dunning;
import dev.tollgate.billing.dunning.JdbcDunningStore.Due;
import dev.tollgate.tenants.Arrears;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Dunning in the database: a step is claimed and committed, then its mail is sent, then it is told how that ended. */
public final class DunningByLevels implements Dunning {

  private static final Logger log = LoggerFactory.getLogger(DunningByLevels.class);
  private static final int LONGEST_FAILURE = 500;
  private static final int MOST_LEVELS = 9;
  private static final int MOST_DAYS = 365;
  private static final int LONGEST_SUBJECT = 200;
  private static final int LONGEST_BODY = 5_000;

  private final JdbcDunningStore store;
  private final Arrears arrears;
  private final Mail mail;
  private final Clock clock;
  private final TransactionTemplate transaction;

  public DunningByLevels(DataSource database, Arrears arrears, Mail mail, Clock clock) {
    this.store = new JdbcDunningStore(JdbcClient.create(database));
    this.arrears = arrears;
    this.mail = mail;
    this.clock = clock;
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public Round run() {
    Instant now = clock.instant();
    int reminders = 0;
    int failed = 0;
    int suspended = 0;
    for (Due due : store.due(now)) {
      String subject = filled(due, due.level().subject());
      String body = filled(due, due.level().body());
      State first = mail.isOn() ? State.SENDING : State.SILENT;
      Claimed claimed = Objects
          .requireNonNull(transaction.execute(status -> claim(due, subject, body, first, now)));
      if (claimed.taken()) {
        suspended += claimed.suspended() ? 1 : 0;
        boolean sent = first == State.SILENT || send(due, subject, body);
        reminders += sent ? 1 : 0;
        failed += sent ? 0 : 1;
      }
    }
    return new Round(reminders, failed, suspended + refuseAgain(now), resume());
  }

  @Override
  public void runSoon() {
    if (TransactionSynchronizationManager.isSynchronizationActive()) {
      TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
        @Override
        public void afterCommit() {
          start();
        }
      });
    } else {
      start();
    }
  }

  private void start() {
    Thread.ofVirtual().name("billing-dunning-by-hand").start(() -> {
      try {
        log.info("Overdue invoices: {}", run());
      } catch (RuntimeException e) {
        log.error("Overdue invoices could not be looked at; ask again", e);
      }
    });
  }

  private record Claimed(boolean taken, boolean suspended) {}

  private Claimed claim(Due due, String subject, String body, State state, Instant now) {
    boolean taken = store.claim(due, subject, body, state, now);
    return new Claimed(taken, taken && due.level().suspends() && arrears.refuse(due.tenant()));
  }

  private boolean send(Due due, String subject, String body) {
    try {
      mail.send(due.email(), subject, body, due.invoice());
      store.ended(due, State.SENT, null, clock.instant());
      return true;
    } catch (Mail.UncertainException e) {
      log.error("Nobody knows whether the reminder of {} at level {} left; it is not sent again",
          due.number(),
          due.level().level(), e);
      return true;
    } catch (RuntimeException e) {
      log.warn("The reminder of {} at level {} was not sent and is tried again: {}", due.number(),
          due.level().level(), e.toString());
      String failure = String.valueOf(e.getMessage());
      store.ended(due, State.FAILED, failure.substring(0, Math.min(failure.length(), LONGEST_FAILURE)),
          clock.instant());
      return false;
    }
  }

  private static String filled(Due due, String text) {
    return text.replace("{name}", due.name()).replace("{number}", due.number())
        .replace("{amount}", due.open().toPlainString() + " " + due.currency())
        .replace("{due}", due.dueOn().toString()).replace("{days}", Integer.toString(due.days()));
  }

  /** Whoever was accepted again, and whose invoice is open again, has its level already: no step refuses it. */
  private int refuseAgain(Instant now) {
    var refused = Set.copyOf(arrears.refused());
    int suspended = 0;
    for (TenantId tenant : store.suspending(now)) {
      suspended += !refused.contains(tenant) && refuseIfSuspended(tenant) ? 1 : 0;
    }
    return suspended;
  }

  @Override
  public void reopened(TenantId tenant) {
    refuseIfSuspended(tenant);
  }

  private boolean refuseIfSuspended(TenantId tenant) {
    return Boolean.TRUE.equals(transaction.execute(status -> {
      store.lockOpen(tenant);
      return store.suspends(tenant, clock.instant()) && arrears.refuse(tenant);
    }));
  }

  private int resume() {
    int resumed = 0;
    for (TenantId tenant : arrears.refused()) {
      resumed += acceptIfSettled(tenant) ? 1 : 0;
    }
    return resumed;
  }

  @Override
  public void settled(TenantId tenant) {
    acceptIfSettled(tenant);
  }

  private boolean acceptIfSettled(TenantId tenant) {
    return Boolean.TRUE.equals(transaction.execute(
        status -> !store.suspends(tenant, clock.instant()) && arrears.accept(tenant)));
  }

  @Override
  public List<Level> policy(LocalDate day) {
    return store.policy(day);
  }

  @Override
  public Decision<List<Level>> plan(LocalDate from, List<Level> levels) {
    if (from.isBefore(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))) {
      return Decision.refused("from", "must not be before today");
    }
    if (levels.isEmpty() || levels.size() > MOST_LEVELS) {
      return Decision.refused("levels", "must be 1 to " + MOST_LEVELS);
    }
    int days = 0;
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      if (level.level() != i + 1 || level.daysAfterDue() <= days || level.daysAfterDue() > MOST_DAYS) {
        return Decision.refused("levels", "must be numbered from 1 on, with days that rise, to " + MOST_DAYS);
      }
      if (isOutside(level.subject(), LONGEST_SUBJECT) || isOutside(level.body(), LONGEST_BODY)) {
        return Decision.refused("levels", "must have a subject of 1 to " + LONGEST_SUBJECT
            + " characters in one line and a body of 1 to " + LONGEST_BODY);
      }
      days = level.daysAfterDue();
    }
    return Objects.requireNonNull(transaction.execute(status -> add(from, levels)));
  }

  private Decision<List<Level>> add(LocalDate from, List<Level> levels) {
    if (store.lastPolicy().filter(last -> !last.isBefore(from)).isPresent()) {
      return Decision.conflict("from",
          "must be after that of the last policy, " + store.lastPolicy().orElseThrow());
    }
    levels.forEach(level -> store.add(from, level));
    return Decision.made(List.copyOf(levels));
  }

  private static boolean isOutside(String text, int most) {
    return text.isBlank() || text.length() > most || (most == LONGEST_SUBJECT && text.lines().count() > 1);
  }

  @Override
  public List<Step> of(TenantId tenant) {
    return store.of(tenant);
  }
}
