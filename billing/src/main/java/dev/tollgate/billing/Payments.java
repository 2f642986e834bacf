package dev.tollgate.billing;

import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** Money that comes in for invoices, and goes back. */
public interface Payments {

  /**
   * Records that some or all of what is open on an invoice was paid. What is beyond usage is paid first; the rest goes to
   * the tenant's money, where usage on credit was drawn. Once per reference: the same again changes nothing.
   */
  Outcome pay(InvoiceId invoice, Payment payment, String by);

  /**
   * Records that some of what was paid on an invoice was paid back. Credit that notes on the invoice left, and that is not
   * used yet, is paid out first; what is beyond that is open again. Once per reference.
   */
  Outcome refund(InvoiceId invoice, Payment payment, String by);

  /** What settled an invoice after it was finalised, the oldest first. */
  List<Settled> of(InvoiceId invoice);

  /** Invoices on which something is open although they were due before a day, the longest overdue first. */
  List<Overdue> overdue(LocalDate day);

  /** Some of them. */
  List<Overdue> overdue(LocalDate day, Slice<OverdueOrder> slice);

  /** How many there are. */
  long countOverdue(LocalDate day);

  /** What overdue invoices are ordered by. */
  enum OverdueOrder {
    NUMBER, DUE, OPEN
  }

  /**
   * What was paid.
   *
   * @param amount in the smallest coin, at least 1
   * @param reference of the bank or the payment provider, 1 to 100 letters, digits, dots, slashes and hyphens
   */
  record Payment(String currency, long amount, String reference) {}

  /** How an invoice is settled. The names are stored; renaming one needs a migration. */
  enum SettledKind {
    PAYMENT, REFUND, CREDIT_NOTE,
    /** Credit that notes on the invoice had left, used up by the refund of the same reference. */
    CREDIT
  }

  /**
   * What settled some of an invoice.
   *
   * @param amount in the smallest coin; negative for a refund
   */
  record Settled(SettledKind kind, long amount, String reference, String recordedBy, Instant recordedAt) {}

  /**
   * An invoice that should have been paid.
   *
   * @param open in the smallest coin
   */
  record Overdue(InvoiceId invoice, String number, TenantId tenant, String currency, long open,
      LocalDate dueOn) {}

  /** What came of recording a payment. */
  sealed interface Outcome {

    record Recorded(Invoice invoice) implements Outcome {}

    /**
     * Nothing was recorded.
     *
     * @param field of what was asked for that is at fault: {@code amount}, {@code currency} or {@code reference}; empty where it is the document's state
     * @param rule that forbids it, as a sentence
     * @param instead what is possible, as a sentence
     * @param conflict whether it is against what is there already, so that it might do at another time
     */
    record Refused(String field, String rule, String instead, boolean conflict) implements Outcome {

      /** For the state of the document or the month. */
      public Refused(String rule, String instead) {
        this("", rule, instead, true);
      }
    }
  }
}
