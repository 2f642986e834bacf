package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.Kind;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.commitments.ContractCommitments;
import dev.tollgate.billing.contracts.Contracts;
import dev.tollgate.billing.invoicing.JdbcInvoiceStore.Place;
import dev.tollgate.billing.ledger.DocumentEntries;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Documents in the database. Whoever changes one holds the lock on its tenant's profile. */
public final class StoredInvoices implements Invoices {

  private static final int AT_ONCE = 200;
  private static final int READ_AT_ONCE = 50;

  private final JdbcInvoiceStore documents;
  private final JdbcNumberStore numbers;
  private final JdbcFinalisingStore finalising;
  private final FinalisableMonths closes;
  private final JdbcTotalsStore totals;
  private final Recomputing recomputing;
  private final CreditNotes creditNotes;
  private final Drafting drafting;
  private final Clock clock;
  private final TransactionTemplate transaction;
  private final TransactionTemplate ofItsOwn;

  public StoredInvoices(DataSource database, Contracts contracts, ContractCommitments commitments,
      Clock clock) {
    JdbcClient jdbc = JdbcClient.create(database);
    var postings = new DocumentEntries(database);
    this.documents = new JdbcInvoiceStore(jdbc);
    this.numbers = new JdbcNumberStore(jdbc);
    this.finalising = new JdbcFinalisingStore(jdbc, postings);
    this.closes = new FinalisableMonths(new JdbcCloseStore(jdbc));
    this.totals = new JdbcTotalsStore(jdbc);
    this.recomputing = new Recomputing(new JdbcRecomputationStore(jdbc),
        new Shortfalls(new JdbcShortfallStore(jdbc), contracts, commitments));
    this.creditNotes = new CreditNotes(jdbc, documents, finalising, postings);
    this.drafting = MonthClose.drafting(jdbc, contracts, commitments);
    this.clock = clock;
    var transactions = new JdbcTransactionManager(database);
    this.transaction = new TransactionTemplate(transactions);
    this.ofItsOwn = new TransactionTemplate(transactions);
    this.ofItsOwn.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
  }

  @Override
  public Optional<Invoice> find(InvoiceId id) {
    return documents.find(id);
  }

  @Override
  public Optional<Invoice> findByNumber(String number) {
    return documents.findByNumber(number);
  }

  @Override
  public List<Invoice> of(TenantId tenant) {
    return documents.of(tenant);
  }

  @Override
  public List<Invoice> list(Filter filter, int limit, @Nullable InvoiceId after) {
    return documents.list(filter, limit, after);
  }

  @Override
  public List<Invoice> list(Filter filter, Slice<Order> slice) {
    return documents.list(filter, slice);
  }

  @Override
  public long count(Filter filter) {
    return documents.count(filter);
  }

  @Override
  public void forEach(YearMonth month, @Nullable TenantId tenant, Consumer<Invoice> each) {
    List<Place> places = documents.after(month, tenant, null, READ_AT_ONCE);
    while (!places.isEmpty()) {
      documents.read(places.stream().map(Place::id).toList()).forEach(each);
      places = documents.after(month, tenant, places.getLast(), READ_AT_ONCE);
    }
  }

  @Override
  public Numbered numbered(YearMonth month, @Nullable TenantId tenant) {
    return numbers.at(month, tenant);
  }

  @Override
  public void forEachExported(Numbered by, YearMonth month, @Nullable TenantId tenant,
      Consumer<Invoice> each) {
    List<Place> places = documents.exportedAfter(month, tenant, null, READ_AT_ONCE);
    while (!places.isEmpty()) {
      documents.read(numbers.within(by, places.stream().map(Place::id).toList())).forEach(each);
      places = documents.exportedAfter(month, tenant, places.getLast(), READ_AT_ONCE);
    }
  }

  @Override
  public boolean isAnyExported(YearMonth month, @Nullable TenantId tenant) {
    return !documents.exportedAfter(month, tenant, null, 1).isEmpty();
  }

  @Override
  public Outcome finalise(InvoiceId id, String by) {
    return changing(id, true, invoice -> finalise(invoice, by));
  }

  private Outcome finalise(Invoice invoice, String by) {
    if (invoice.state() != State.DRAFT) {
      return new Outcome.Refused("The document " + Settling.number(invoice) + " is finalised already",
          "Correct it by a credit note, or replace it");
    }
    Optional<String> issuer = finalising.issuerOf(invoice.tenant());
    if (issuer.isEmpty()) {
      return new Outcome.Refused(
          "The tenant has no billing profile, so there is nobody to address the invoice to",
          "Record its name, address and tax first");
    }
    finalise(List.of(invoice.id().value()), issuer.get(), by);
    return done(invoice.id());
  }

  @Override
  public MonthOutcome finalise(YearMonth month, String by) {
    Optional<Outcome.Refused> refusal = closes.refusalToFinalise(month);
    return refusal.isPresent() ? refusal.get() : finaliseDrafts(month, by);
  }

  /**
   * Commits each batch, also where the caller has a transaction: it would keep the funds of all tenants on credit from their
   * requests until the last batch is done (ADR 10). The caller must hold no lock that a batch waits for.
   */
  private MonthOutcome finaliseDrafts(YearMonth month, String by) {
    String lockTimeout = finalising.lockTimeout();
    long all = 0;
    for (String issuer : finalising.issuers()) {
      int now;
      do {
        now = Objects.requireNonNull(ofItsOwn.execute(status -> {
          finalising.waitForLocks(lockTimeout);
          return finaliseSome(month, issuer, by);
        }));
        all += now;
      } while (now > 0);
    }
    List<InvoiceId> left = finalising.left(month);
    return all > 0 || !left.isEmpty() ? new Finalised(all, left)
        : closes.nothingToFinalise(month, documents.count(new Filter(null, month, null, true)) > 0);
  }

  private int finaliseSome(YearMonth month, String issuer, String by) {
    finalising.lockSequence(issuer, today(issuer));
    List<UUID> chosen;
    List<UUID> drafts;
    do {
      chosen = finalising.ready(month, issuer, AT_ONCE);
      finalising.lockTenants(chosen);
      drafts = finalising.lockReady(chosen, issuer);
      // All of them may have been drafted anew while their tenants were waited for.
    } while (drafts.isEmpty() && !chosen.isEmpty());
    if (!drafts.isEmpty()) {
      finalise(drafts, issuer, by);
    }
    return drafts.size();
  }

  /** Their tenants are locked. */
  private void finalise(List<UUID> drafts, String issuer, String by) {
    Instant now = clock.instant();
    finalising.lockSequence(issuer, today(issuer));
    totals.settle(drafts);
    finalising.finalise(drafts, issuer, Kind.INVOICE, today(issuer), now, by);
    finalising.post(drafts);
  }

  private LocalDate today(String issuer) {
    return finalising.today(issuer, clock.instant());
  }

  @Override
  public Outcome redraft(InvoiceId id) {
    return changing(id, false, invoice -> {
      if (invoice.state() != State.DRAFT) {
        return new Outcome.Refused("The document " + Settling.number(invoice) + " is finalised",
            "Correct it by a credit note, or replace it");
      }
      return draftAnew(invoice);
    });
  }

  private Outcome draftAnew(Invoice invoice) {
    long close = finalising.closeOf(invoice.tenant(), invoice.month()).orElseThrow(
        () -> new IllegalStateException("The period of " + invoice.id() + " is gone"));
    drafting.redraft(close, invoice.tenant());
    return documents.of(invoice.tenant()).stream()
        .filter(each -> each.state() == State.DRAFT && each.month().equals(invoice.month())
            && each.currency().equals(invoice.currency()))
        .findFirst().<Outcome>map(Outcome.Done::new)
        .orElseGet(() -> new Outcome.Refused("There is nothing left to bill for " + invoice.month(),
            "Add an adjustment first"));
  }

  @Override
  public Outcome credit(InvoiceId id, long net, String reason, String by) {
    return changing(id, false, invoice -> creditNotes.credit(invoice, net, reason, by, clock.instant()));
  }

  @Override
  public Outcome replace(InvoiceId id, String reason, String by) {
    return changing(id, false, invoice -> {
      Optional<Outcome.Refused> refused = creditNotes.cancel(invoice, reason, by, clock.instant());
      return refused.isPresent() ? refused.get() : draftAnew(invoice);
    });
  }

  @Override
  public Recomputation recompute(InvoiceId id) {
    return recomputing.of(id);
  }

  /** Reads the document again under its tenant's lock; a refusal leaves nothing behind. */
  private Outcome changing(InvoiceId id, boolean numbering, Function<Invoice, Outcome> change) {
    return Objects.requireNonNull(transaction.execute(status -> {
      Optional<TenantId> tenant = finalising.tenantOf(id);
      if (tenant.isEmpty()) {
        return new Outcome.Refused("There is no document " + id, "List those of a tenant or of a month");
      }
      if (numbering) {
        // Numbers before tenants, in the order in which a month is finalised.
        finalising.issuerOf(tenant.get()).ifPresent(issuer -> finalising.lockSequence(issuer, today(issuer)));
      }
      finalising.lockTenant(tenant.get());
      Outcome outcome = change.apply(documents.find(id).orElseThrow());
      if (outcome instanceof Outcome.Refused) {
        status.setRollbackOnly();
      }
      return outcome;
    }));
  }

  private Outcome done(InvoiceId id) {
    return new Outcome.Done(documents.find(id).orElseThrow());
  }
}
