package dev.tollgate.billing.packs;

import dev.tollgate.billing.Packs.Pack;
import dev.tollgate.billing.Packs.Purchase;
import dev.tollgate.billing.contracts.Terms;
import dev.tollgate.billing.ledger.PackAccounts;
import dev.tollgate.billing.ledger.PackAccounts.Payable;
import dev.tollgate.tenants.TenantId;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The till in PostgreSQL. Sales to a tenant exclude each other, and whatever else touches its accounts, by its lock. */
final class JdbcTill implements Till {

  private final JdbcPackStore store;
  private final PackAccounts accounts;
  private final Terms terms;
  private final TransactionTemplate transaction;

  JdbcTill(DataSource database) {
    this.store = new JdbcPackStore(JdbcClient.create(database));
    this.accounts = new PackAccounts(database);
    this.terms = new Terms(database);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
    // A sale that comes to nothing gives up its locks, also within a caller's transaction: what instances give back
    // meanwhile would wait for them.
    this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
  }

  @Override
  public Optional<Purchase> sell(TenantId tenant, Function<Receipts, Optional<Purchase>> sale) {
    return transaction.execute(status -> {
      accounts.lock(tenant);
      Optional<Purchase> purchase = sale.apply(new TenantReceipts(tenant));
      if (purchase.isEmpty()) {
        status.setRollbackOnly();
      }
      return purchase;
    });
  }

  private final class TenantReceipts implements Receipts {

    private final TenantId tenant;
    private final UUID batch = UUID.randomUUID();

    TenantReceipts(TenantId tenant) {
      this.tenant = tenant;
    }

    @Override
    public Optional<Pack> earlier(String reference) {
      return store.pack(tenant, reference);
    }

    @Override
    public Payable payFromBalance(Pack pack) {
      return accounts.payFromBalance(tenant, pack.price().currency(), price(pack), pack.reference(), batch);
    }

    @Override
    public void recordPayment(Pack pack) {
      accounts.recordPayment(tenant, pack.price().currency(), price(pack), pack.reference(), batch);
    }

    @Override
    public void handOver(long offer, Pack pack) {
      long account = accounts.open(tenant, pack.reference(), pack.boughtAt(), pack.validUntil(),
          pack.leftMillitokens(), batch);
      store.add(account, tenant, offer, pack);
      terms.fundsChanged(tenant);
    }

    private static long price(Pack pack) {
      return pack.price().pico().longValueExact();
    }
  }
}
