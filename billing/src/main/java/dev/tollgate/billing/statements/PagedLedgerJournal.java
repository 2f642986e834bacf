package dev.tollgate.billing.statements;

import dev.tollgate.billing.LedgerEntries;
import dev.tollgate.billing.LedgerJournal;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The journal from the database, a page at a time. */
public final class PagedLedgerJournal implements LedgerJournal, LedgerEntries {

  private static final int AT_ONCE = 2_000;

  private final JdbcLedgerJournal store;

  public PagedLedgerJournal(DataSource database) {
    this.store = new JdbcLedgerJournal(JdbcClient.create(database));
  }

  @Override
  public void forEach(Instant from, Instant until, @Nullable TenantId tenant, Consumer<Posting> each) {
    List<Posting> page = store.after(0, from, until, tenant, AT_ONCE);
    while (!page.isEmpty()) {
      page.forEach(each);
      page = store.after(page.getLast().id(), from, until, tenant, AT_ONCE);
    }
  }

  @Override
  public List<Posting> list(@Nullable TenantId tenant, Slice<Order> slice) {
    return store.list(tenant, slice);
  }
}
