package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.invoicing.JdbcCreditNoteStore.Settled;
import dev.tollgate.billing.ledger.DocumentEntries;
import java.math.BigInteger;
import java.util.UUID;

/**
 * Takes payments and credits off what an invoice demands. What it demands beyond usage is settled first; the rest goes on
 * to the tenant's money, where usage on credit was drawn. The transaction is the caller's, which has locked the tenant.
 */
final class Settling {

  private final JdbcCreditNoteStore store;
  private final JdbcFinalisingStore documents;
  private final DocumentEntries postings;

  Settling(JdbcCreditNoteStore store, JdbcFinalisingStore documents, DocumentEntries postings) {
    this.store = store;
    this.documents = documents;
    this.postings = postings;
  }

  /**
   * Settles some of an invoice.
   *
   * @param amount in the smallest coin; negative to undo
   * @return false, with nothing settled, if money that is to go back is used or held by running requests
   */
  boolean settle(Invoice invoice, String kind, long amount, String reference, String by, UUID batch) {
    return settle(invoice, kind, amount, 0, reference, by, batch);
  }

  /**
   * Opens an invoice again by what is paid back, less the credit that is used up for it.
   *
   * @param amount in the smallest coin, above 0
   * @param fromCredit at most the amount
   * @return false, with nothing settled, if money that is to go back is used or held by running requests
   */
  boolean refund(Invoice invoice, long amount, long fromCredit, String reference, String by, UUID batch) {
    return settle(invoice, "REFUND", Math.negateExact(amount), fromCredit, reference, by, batch);
  }

  private boolean settle(Invoice invoice, String kind, long amount, long fromCredit, String reference,
      String by, UUID batch) {
    Settled before = store.settled(invoice.id());
    long after = Math.addExact(before.amount(), Math.addExact(amount, fromCredit));
    BigInteger moved = moved(invoice, before.usageDuePico(), after).subtract(before.movedPico());
    if (!postings.moveToMoney(batch, invoice.tenant(), invoice.currency(), moved, number(invoice))) {
      return false;
    }
    store.settle(invoice.id(), kind, amount, moved, reference, by);
    if (fromCredit > 0) {
      store.settle(invoice.id(), "CREDIT", fromCredit, BigInteger.ZERO, reference, by);
    }
    boolean paid = after == invoice.totals().due();
    if (paid != (invoice.state() == Invoice.State.PAID)) {
      documents.state(invoice.id(), paid ? "PAID" : "FINALISED");
    }
    return true;
  }

  /** How much of what is settled has reached the tenant's money. */
  private static BigInteger moved(Invoice invoice, BigInteger usageDue, long settled) {
    BigInteger due = Coins.pico(invoice.totals().due(), invoice.minorDigits());
    BigInteger beyondUsage = due.subtract(usageDue);
    return Coins.pico(settled, invoice.minorDigits()).subtract(beyondUsage).max(BigInteger.ZERO)
        .min(usageDue);
  }

  static String number(Invoice invoice) {
    Invoice.Issue issue = invoice.issue();
    if (issue == null) {
      throw new IllegalStateException("The document " + invoice.id() + " has no number yet");
    }
    return issue.number();
  }
}
