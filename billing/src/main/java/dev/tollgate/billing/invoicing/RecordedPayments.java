package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Payments;
import dev.tollgate.billing.ledger.AccountKind;
import dev.tollgate.billing.ledger.DocumentEntries;
import dev.tollgate.billing.ledger.DocumentEntries.Entry;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Payments as settlements of invoices and as transfers between cash and what the tenant owes. */
public final class RecordedPayments implements Payments {

  private static final String REFERENCE = "[A-Za-z0-9./-]{1,100}";

  private final JdbcPaymentStore store;
  private final JdbcCreditNoteStore notes;
  private final JdbcInvoiceStore documents;
  private final JdbcFinalisingStore finalising;
  private final Settling settling;
  private final DocumentEntries postings;
  private final TransactionTemplate transaction;

  public RecordedPayments(DataSource database) {
    JdbcClient jdbc = JdbcClient.create(database);
    this.postings = new DocumentEntries(database);
    this.store = new JdbcPaymentStore(jdbc);
    this.documents = new JdbcInvoiceStore(jdbc);
    this.finalising = new JdbcFinalisingStore(jdbc, postings);
    this.notes = new JdbcCreditNoteStore(jdbc);
    this.settling = new Settling(notes, finalising, postings);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
  }

  @Override
  public Outcome pay(InvoiceId invoice, Payment payment, String by) {
    return recording(invoice, "PAYMENT", payment, by);
  }

  @Override
  public Outcome refund(InvoiceId invoice, Payment payment, String by) {
    return recording(invoice, "REFUND", payment, by);
  }

  private Outcome recording(InvoiceId id, String kind, Payment payment, String by) {
    return Objects.requireNonNull(transaction.execute(status -> {
      Optional<TenantId> tenant = finalising.tenantOf(id);
      if (tenant.isEmpty()) {
        return new Outcome.Refused("There is no document " + id, "List those of a tenant or of a month");
      }
      finalising.lockTenant(tenant.get());
      Outcome outcome = record(documents.find(id).orElseThrow(), kind, payment, by);
      if (outcome instanceof Outcome.Refused) {
        status.setRollbackOnly();
      }
      return outcome;
    }));
  }

  private Outcome record(Invoice invoice, String kind, Payment payment, String by) {
    long signed = kind.equals("REFUND") ? -payment.amount() : payment.amount();
    Optional<Long> earlier = store.amount(invoice.id(), kind, payment.reference());
    if (earlier.isPresent()) {
      return earlier.get() == signed ? new Outcome.Recorded(invoice)
          : new Outcome.Refused("reference",
              "The reference " + payment.reference() + " was used for another amount",
              "Name another reference", true);
    }
    Optional<Outcome.Refused> refusal = refusal(invoice, kind, payment);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    UUID batch = UUID.randomUUID();
    BigInteger pico = Coins.pico(signed, invoice.minorDigits());
    postings.post(batch, List.of(new Entry(invoice.tenant(), invoice.currency(), AccountKind.CASH,
        AccountKind.RECEIVABLE, pico, kind, Settling.number(invoice))));
    if (!settled(invoice, kind, payment, by, batch)) {
      return new Outcome.Refused("What it paid for is used again or held by running requests",
          "Refund less, or issue a credit note");
    }
    return new Outcome.Recorded(documents.find(invoice.id()).orElseThrow());
  }

  private boolean settled(Invoice invoice, String kind, Payment payment, String by, UUID batch) {
    if (!kind.equals("REFUND")) {
      return settling.settle(invoice, kind, payment.amount(), payment.reference(), by, batch);
    }
    long fromCredit = Math.min(payment.amount(), payable(invoice));
    finalising.moveCredit(invoice.tenant(), invoice.currency(), -fromCredit, invoice.id());
    return settling.refund(invoice, payment.amount(), fromCredit, payment.reference(), by, batch);
  }

  /** Credit that notes on the invoice left and that later invoices have not used. */
  private long payable(Invoice invoice) {
    return Math.max(0, Math.min(notes.creditLeft(invoice.id()),
        finalising.creditOf(invoice.tenant(), invoice.currency())));
  }

  private Optional<Outcome.Refused> refusal(Invoice invoice, String kind, Payment payment) {
    if (invoice.kind() != Kind.INVOICE || invoice.state() == State.DRAFT || invoice.state() == State.VOID) {
      return Optional.of(new Outcome.Refused("Nothing can be paid on a document that is "
          + (invoice.kind() == Kind.INVOICE ? invoice.state().name().toLowerCase(Locale.ROOT)
              : "a credit note"),
          "Choose a finalised invoice"));
    }
    if (!payment.reference().matches(REFERENCE)) {
      return malformed("reference", "A reference has 1 to 100 letters, digits, dots, slashes and hyphens",
          "Name one");
    }
    if (!payment.currency().equals(invoice.currency())) {
      return malformed("currency",
          "The invoice is in " + invoice.currency() + ", not in " + payment.currency(),
          "Record what came in as " + invoice.currency());
    }
    long most = kind.equals("REFUND") ? store.paid(invoice.id()) : invoice.totals().open();
    if (payment.amount() >= 1 && payment.amount() <= most) {
      return Optional.empty();
    }
    String what = kind.equals("REFUND") ? "paid" : "open";
    return Optional.of(new Outcome.Refused("amount",
        "An amount of " + Coins.plain(payment.amount(), invoice) + " is not what is " + what,
        most == 0 ? "Nothing is " + what + " on " + Settling.number(invoice)
            : "Between " + Coins.plain(1, invoice) + " and " + Coins.plain(most, invoice)
                + " can be recorded",
        payment.amount() >= 1));
  }

  private static Optional<Outcome.Refused> malformed(String field, String rule, String instead) {
    return Optional.of(new Outcome.Refused(field, rule, instead, false));
  }

  @Override
  public List<Settled> of(InvoiceId invoice) {
    return store.of(invoice);
  }

  @Override
  public List<Overdue> overdue(LocalDate day) {
    return store.overdue(day);
  }

  @Override
  public List<Overdue> overdue(LocalDate day, Slice<OverdueOrder> slice) {
    return store.overdue(day, slice);
  }

  @Override
  public long countOverdue(LocalDate day) {
    return store.countOverdue(day);
  }
}
