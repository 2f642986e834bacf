package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices.Outcome;
import dev.tollgate.billing.Invoices.Outcome.Refused;
import dev.tollgate.billing.invoicing.JdbcCreditNoteStore.Credited;
import dev.tollgate.billing.invoicing.JdbcFinalisingStore.Demand;
import dev.tollgate.billing.ledger.AccountKind;
import dev.tollgate.billing.ledger.DocumentEntries;
import dev.tollgate.billing.ledger.DocumentEntries.Entry;
import dev.tollgate.tenants.PlainText;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Takes back some or all of an invoice, in the name of who issued it, whoever bills the tenant since. The transaction is the caller's, which has
 * locked the tenant.
 */
final class CreditNotes {

  private static final int LONGEST_REASON = 300;

  private final JdbcCreditNoteStore store;
  private final JdbcInvoiceStore documents;
  private final JdbcFinalisingStore finalising;
  private final Settling settling;
  private final DocumentEntries postings;

  CreditNotes(JdbcClient jdbc, JdbcInvoiceStore documents, JdbcFinalisingStore finalising,
      DocumentEntries postings) {
    this.store = new JdbcCreditNoteStore(jdbc);
    this.documents = documents;
    this.finalising = finalising;
    this.settling = new Settling(store, finalising, postings);
    this.postings = postings;
  }

  Outcome credit(Invoice invoice, long net, String reason, String by, Instant at) {
    Optional<Refused> refused = refusal(invoice, reason);
    if (refused.isPresent()) {
      return refused.get();
    }
    Credited before = store.credited(invoice.id());
    long left = invoice.totals().net() - before.net();
    if (net < 1 || net > left) {
      return new Refused("net",
          "A credit note over " + Coins.plain(net, invoice) + " goes beyond the invoice",
          left < 1 ? "Nothing of it is left to credit"
              : "Between " + Coins.plain(1, invoice) + " and " + Coins.plain(left, invoice)
                  + " before tax can be credited",
          net >= 1);
    }
    long tax = tax(invoice, before, net, left);
    InvoiceId note = store.draft(invoice, net, tax, Coins.pico(net, invoice.minorDigits()), reason);
    issue(note, invoice, by, at);
    postCredit(invoice, note, net, tax, by);
    return new Outcome.Done(documents.find(note).orElseThrow());
  }

  /** The last note takes back what is left of the tax, so that all notes together take back just what was charged. */
  private static long tax(Invoice invoice, Credited before, long net, long left) {
    long rest = invoice.totals().tax() - before.tax();
    int basisPoints = invoice.tax() == null ? 0 : invoice.tax().basisPoints();
    return net == left ? rest : Math.min(rest, Coins.tax(net, basisPoints));
  }

  private void postCredit(Invoice invoice, InvoiceId note, long net, long tax, String by) {
    String number = Settling.number(documents.find(note).orElseThrow());
    UUID batch = UUID.randomUUID();
    postings.post(batch, List.of(
        entry(invoice, AccountKind.INVOICED, Coins.pico(net, invoice.minorDigits()), "INVOICE", number),
        entry(invoice, AccountKind.TAX, Coins.pico(tax, invoice.minorDigits()), "INVOICE_TAX", number)));
    long total = Math.addExact(net, tax);
    long offDue = Math.min(invoice.totals().open(), total);
    if (offDue > 0 && !settling.settle(invoice, "CREDIT_NOTE", offDue, number, by, batch)) {
      throw new IllegalStateException("A credit did not reach the tenant's money: " + number);
    }
    finalising.moveCredit(invoice.tenant(), invoice.currency(), total - offDue, note);
  }

  private static Entry entry(Invoice invoice, AccountKind from, BigInteger amount, String reason,
      String number) {
    return new Entry(invoice.tenant(), invoice.currency(), from, AccountKind.RECEIVABLE, amount, reason,
        number);
  }

  /** Undoes an invoice as if it had never been; its usage, packs and adjustments are unbilled again. */
  Optional<Refused> cancel(Invoice invoice, String reason, String by, Instant at) {
    Optional<Refused> refused = refusal(invoice, reason).or(() -> settledRefusal(invoice));
    if (refused.isPresent()) {
      return refused;
    }
    InvoiceId note = store.draftCancellation(invoice, reason);
    issue(note, invoice, by, at);
    Demand reversed = finalising.demands(List.of(invoice.id().value())).getFirst()
        .reversed(Settling.number(documents.find(note).orElseThrow()));
    UUID batch = UUID.randomUUID();
    if (!postings.moveToMoney(batch, reversed.tenant(), reversed.currency(), reversed.released(),
        reversed.number())) {
      return Optional.of(new Refused("What its credits paid for is used again or held by running requests",
          "Issue a credit note over what is wrong"));
    }
    postings.post(batch, reversed.entries());
    finalising.moveCredit(invoice.tenant(), invoice.currency(),
        invoice.totals().creditApplied() - invoice.totals().creditCarried(), note);
    finalising.state(invoice.id(), "VOID");
    return Optional.empty();
  }

  private Optional<Refused> settledRefusal(Invoice invoice) {
    if (invoice.totals().open() != invoice.totals().due() || store.credited(invoice.id()).net() > 0) {
      return Optional
          .of(new Refused("Something was paid or credited on " + Settling.number(invoice) + " already",
              "Refund it first, or issue a credit note over what is wrong"));
    }
    long takenBack = invoice.totals().creditCarried() - invoice.totals().creditApplied();
    if (finalising.creditOf(invoice.tenant(), invoice.currency()) < takenBack) {
      return Optional.of(new Refused("The credit that it left has been used by a later invoice",
          "Add an adjustment to the next invoice"));
    }
    return Optional.empty();
  }

  private static Optional<Refused> refusal(Invoice invoice, String reason) {
    if (reason.isBlank() || reason.length() > LONGEST_REASON) {
      return Optional
          .of(new Refused("reason", "A reason has 1 to " + LONGEST_REASON + " characters", "Say why", false));
    }
    if (!PlainText.isPlain(reason)) {
      return Optional
          .of(new Refused("reason", "A reason is without control characters", "Leave them out", false));
    }
    if (invoice.kind() != Kind.INVOICE) {
      return Optional
          .of(new Refused("A credit note is not itself corrected", "Add an adjustment to the next invoice"));
    }
    return switch (invoice.state()) {
      case DRAFT -> Optional.of(new Refused("The invoice is a draft", "Draft it anew, or finalise it first"));
      case VOID -> Optional.of(new Refused("The invoice is void", "Correct the one that replaced it"));
      case FINALISED, PAID -> Optional.empty();
    };
  }

  private void issue(InvoiceId note, Invoice invoice, String by, Instant at) {
    String issuer = finalising.issuerOf(invoice.id());
    finalising.finalise(List.of(note.value()), issuer, Kind.CREDIT_NOTE, finalising.today(issuer, at), at,
        by);
    finalising.state(note, "PAID");
  }
}
