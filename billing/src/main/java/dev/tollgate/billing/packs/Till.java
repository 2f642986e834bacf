package dev.tollgate.billing.packs;

import dev.tollgate.billing.Packs.Pack;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.ledger.PackAccounts.Payable;
import dev.tollgate.tenants.TenantId;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;

/** Where packs are sold: a tenant has one sale at a time, which is made whole or not at all. */
public interface Till {

  static Till inDatabase(DataSource database) {
    return new JdbcTill(database);
  }

  /**
   * Runs a sale as one transaction; one that has no result is undone.
   *
   * @throws org.springframework.dao.DataAccessException if the database does not answer: it may have been made
   */
  Optional<Purchase> sell(TenantId tenant, Function<Receipts, Optional<Purchase>> sale);

  /** What a sale reads and writes. */
  interface Receipts {

    /** What was bought under a reference earlier. */
    Optional<Pack> earlier(String reference);

    /** Takes the price out of what was paid in, never out of credit. */
    Payable payFromBalance(Pack pack);

    /** Records that the price was paid by other means. */
    void recordPayment(Pack pack);

    /**
     * Opens the pack's fund with its tokens in it, and has all instances look up the tenant's funds before they next draw
     * on them.
     */
    void handOver(long offer, Pack pack);
  }
}
