package dev.tollgate.billing;

import dev.tollgate.billing.LedgerJournal.Posting;
import dev.tollgate.tenants.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ledger's postings for somebody who looks through them. */
public interface LedgerEntries {

  /**
   * Postings, the latest first.
   *
   * @param tenant whose postings are wanted, or null for all
   * @param before the last one of the page before, null for the first page
   */
  List<Posting> latest(@Nullable TenantId tenant, @Nullable Long before, int limit);
}
