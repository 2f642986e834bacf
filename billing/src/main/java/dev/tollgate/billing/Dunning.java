package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reminds of invoices that are overdue, by the levels of the policy in force, and refuses the keys of tenants whose
 * invoices have come to a level that says so, until these are paid. Every step may be repeated, also by two instances at
 * once: a level of an invoice has one reminder.
 */
public interface Dunning {

  /**
   * Takes every step that is due: one level of an invoice at a time, the highest that its days allow. Commits as it goes,
   * since a mail cannot be taken back; not for a transaction of the caller's.
   */
  Round run();

  /** Has a round run soon in the background; inside a transaction of the caller's, once that has committed. */
  void runSoon();

  /** Accepts a tenant again, at once, if none of its invoices that came to a level that suspends is overdue any more. */
  void settled(TenantId tenant);

  /** Refuses a tenant's keys, at once, if an invoice of its that came to a level that suspends is overdue again. */
  void reopened(TenantId tenant);

  /** The levels of the policy in force on a day, the lowest first. */
  List<Level> policy(LocalDate day);

  /**
   * Plans a policy that replaces the one before it from its day on.
   *
   * @param from not before today; once for a day
   * @param levels whose numbers and days rise
   */
  Decision<List<Level>> plan(LocalDate from, List<Level> levels);

  /** The steps that were taken for a tenant, the latest first. */
  List<Step> of(TenantId tenant);

  /**
   * A level.
   *
   * @param daysAfterDue from which on it is taken, 1 to 365
   * @param subject may name {@code {number}} and the other words of the body
   * @param body may name {@code {name}}, {@code {number}}, {@code {amount}}, {@code {due}} and {@code {days}}
   * @param suspends whether the tenant's keys are refused from then on
   */
  record Level(int level, int daysAfterDue, String subject, String body, boolean suspends) {}

  /** What became of a reminder. The names are stored; renaming one needs a migration. */
  enum State {
    /** It was handed over, or a crash left open whether it was; it is not sent again. */
    SENDING, SENT,
    /** It was refused; it is tried again in the next round. */
    FAILED,
    /** Mail is switched off. */
    SILENT
  }

  record Step(InvoiceId invoice, int level, String recipient, String subject, State state,
      @Nullable String failure, Instant takenAt) {}

  /**
   * What a round did.
   *
   * @param suspended tenants whose keys are refused since this round
   * @param resumed tenants whose keys are accepted again
   */
  record Round(int reminders, int failed, int suspended, int resumed) {}

  /** How reminders leave. */
  interface Mail {

    /** Whether reminders are sent at all. */
    boolean isOn();

    /**
     * Sends one, or fails.
     *
     * @throws UncertainException if nobody knows whether it left
     * @throws RuntimeException of any other kind if it is certain that it did not
     */
    void send(String recipient, String subject, String body, InvoiceId invoice);

    /** The mail server went away half-way. */
    final class UncertainException extends RuntimeException {

      private static final long serialVersionUID = 1;

      public UncertainException(Exception cause) {
        super(cause);
      }
    }
  }
}
