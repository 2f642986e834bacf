package dev.tollgate.billing;

import dev.tollgate.billing.LedgerJournal.Posting;
import dev.tollgate.tenants.Slice;
import dev.tollgate.tenants.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ledger's postings for somebody who looks through them. */
public interface LedgerEntries {

  /**
   * Some postings.
   *
   * @param tenant whose postings are wanted, or null for all
   */
  List<Posting> list(@Nullable TenantId tenant, Slice<Order> slice);

  /** What postings are ordered by: the ledger is long, so that only their own order is quick everywhere. */
  enum Order {
    WHEN
  }
}
