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
    Settled before = store.settled(invoice.id());
    long after = Math.addExact(before.amount(), amount);
    BigInteger moved = moved(invoice, before.usageDuePico(), after).subtract(before.movedPico());
    if (!postings.moveToMoney(batch, invoice.tenant(), invoice.currency(), moved, number(invoice))) {
      return false;
    }
    store.settle(invoice.id(), kind, amount, moved, reference, by);
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
