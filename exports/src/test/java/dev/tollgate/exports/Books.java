package dev.tollgate.exports;

import dev.tollgate.billing.Closing;
import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices;
import dev.tollgate.billing.LedgerJournal;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Billing with documents that a test chose; nothing can be changed in it. */
public class Books implements Invoices, Closing, LedgerJournal {

  private final List<Invoice> documents;

  public Books(List<Invoice> documents) {
    this.documents = documents;
  }

  /** One document of each kind. */
  public static Books ofSamples() {
    return new Books(Samples.all());
  }

  @Override
  public Optional<Invoice> find(InvoiceId id) {
    return documents.stream().filter(each -> each.id().equals(id)).findFirst();
  }

  @Override
  public Optional<Invoice> findByNumber(String number) {
    return documents.stream().filter(each -> Amounts.issue(each).number().equals(number)).findFirst();
  }

  @Override
  public List<Invoice> of(TenantId tenant) {
    return documents.stream().filter(each -> each.tenant().equals(tenant)).toList();
  }

  @Override
  public List<Invoice> list(Filter filter, int limit, @Nullable InvoiceId after) {
    return documents.stream()
        .filter(each -> filter.tenant() == null || each.tenant().equals(filter.tenant()))
        .filter(each -> filter.month() == null || each.month().equals(filter.month()))
        .filter(each -> filter.state() == null || each.state() == filter.state())
        .filter(each -> !filter.issued() || each.state() != Invoice.State.DRAFT)
        .filter(each -> after == null || each.id().value().compareTo(after.value()) < 0)
        .sorted(Comparator.comparing((Invoice each) -> each.id().value()).reversed()).limit(limit).toList();
  }

  @Override
  public List<Invoice> list(Filter filter, Slice<Order> slice) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long count(Filter filter) {
    return list(filter, documents.size(), null).size();
  }

  @Override
  public void forEach(YearMonth month, @Nullable TenantId tenant, Consumer<Invoice> each) {
    Stream<Invoice> chosen = documents.stream().filter(document -> document.month().equals(month));
    chosen.filter(document -> tenant == null || document.tenant().equals(tenant)).forEach(each);
  }

  /** Numbers of all in the order of the list, as one series. */
  @Override
  public Numbered numbered(YearMonth month, @Nullable TenantId tenant) {
    return new Numbered(count(new Filter(tenant, month, Invoice.State.DRAFT, false)),
        List.of(new Series("main", Invoice.Kind.INVOICE, 2026, documents.size())));
  }

  @Override
  public void forEachExported(Numbered by, YearMonth month, @Nullable TenantId tenant,
      Consumer<Invoice> each) {
    List.copyOf(documents.subList(0, by.series().getFirst().last())).stream()
        .filter(document -> document.state() != Invoice.State.DRAFT)
        .filter(document -> Amounts.issue(document).exportedWith().month().equals(month))
        .filter(document -> tenant == null || document.tenant().equals(tenant)).forEach(each);
  }

  @Override
  public boolean isAnyExported(YearMonth month, @Nullable TenantId tenant) {
    var any = new AtomicBoolean();
    forEachExported(numbered(month, tenant), month, tenant, document -> any.set(true));
    return any.get();
  }

  @Override
  public void forEach(Instant from, Instant until, @Nullable TenantId tenant, Consumer<Posting> each) {
    each.accept(new Posting(1, new UUID(0, 1), from, new TenantId(new UUID(0, 2)), "MONEY", "REVENUE", "USD",
        BigInteger.valueOf(1_500_000_000_001L), "USAGE", null));
    each.accept(
        new Posting(2, new UUID(0, 1), from, new TenantId(new UUID(0, 2)), "FREE_ALLOWANCE", "ALLOWANCE_USED",
            "TOKEN", BigInteger.valueOf(700), "USAGE", "=SUM(A1)"));
  }

  @Override
  public Optional<Progress> progress(YearMonth month) {
    return month.equals(Samples.OCTOBER)
        ? Optional
            .of(new Progress(month, Stage.DRAFTED, 1, 1, 1, 1, Duration.ofSeconds(1), Optional.empty(), 0,
                List.of()))
        : Optional.empty();
  }

  @Override
  public List<YearMonth> due() {
    return List.of(YearMonth.of(2026, 11));
  }

  @Override
  public List<Progress> months() {
    return progress(Samples.OCTOBER).stream().toList();
  }

  @Override
  public Closing.Outcome begin(YearMonth month, String by, boolean withoutWaiting) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void carryOn() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Closing.Outcome close(YearMonth month, String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Closing.Outcome closeWithoutWaiting(YearMonth month, String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Invoices.Outcome finalise(InvoiceId id, String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MonthOutcome finalise(YearMonth month, String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Invoices.Outcome redraft(InvoiceId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Invoices.Outcome credit(InvoiceId id, long net, String reason, String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Invoices.Outcome replace(InvoiceId id, String reason, String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Recomputation recompute(InvoiceId id) {
    throw new UnsupportedOperationException();
  }
}
