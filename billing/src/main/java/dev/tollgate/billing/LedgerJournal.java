package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The ledger's postings, in the order in which they were made. */
public interface LedgerJournal {

  /**
   * Hands over the postings of a stretch of time one after the other: memory stays flat whatever their number.
   *
   * @param from inclusive
   * @param until exclusive
   * @param tenant whose postings are wanted, or null for all
   */
  void forEach(Instant from, Instant until, @Nullable TenantId tenant, Consumer<Posting> each);

  /**
   * One amount that moved from one account of a tenant to another.
   *
   * @param batch of postings that were made together
   * @param debit the kind of the account that it left
   * @param credit the kind of the account that it went to
   * @param unit a currency, counted in 10⁻¹² of it, TOKEN, or PACK, counted in thousandths of a pack token
   */
  record Posting(long id, UUID batch, Instant postedAt, TenantId tenant, String debit, String credit,
      String unit,
      BigInteger amount, String reason, @Nullable String reference) {}
}
