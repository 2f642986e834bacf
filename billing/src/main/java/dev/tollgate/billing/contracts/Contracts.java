package dev.tollgate.billing.contracts;

import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * All tenants' contracts, from memory. Read again whenever the database announces a change of the topic
 * {@value #TOPIC}, whose detail is the tenant.
 */
public final class Contracts {

  /** What the database announces changes of contracts under. */
  public static final String TOPIC = "contracts";

  private final ContractStore store;
  private volatile Map<TenantId, List<Contract>> byTenant = new ConcurrentHashMap<>();

  public Contracts(DataSource database) {
    this(new JdbcContractStore(JdbcClient.create(database)));
  }

  Contracts(ContractStore store) {
    this.store = store;
  }

  /** The contract in force, or null if the tenant has none then. */
  public @Nullable Contract inForce(TenantId tenant, Instant instant) {
    List<Contract> contracts = byTenant.get(tenant);
    if (contracts != null) {
      for (Contract contract : contracts) {
        if (contract.isInForceAt(instant)) {
          return contract;
        }
      }
    }
    return null;
  }

  /** All contracts of a tenant, past and future, the oldest first. */
  public List<Contract> all(TenantId tenant) {
    return byTenant.getOrDefault(tenant, List.of());
  }

  /** Reads all contracts again. */
  public synchronized void refresh() {
    var read = new ConcurrentHashMap<TenantId, List<Contract>>();
    store.all().forEach((tenant, contracts) -> read.put(tenant, List.copyOf(contracts)));
    byTenant = read;
  }

  /** Reads one tenant's contracts again. */
  public synchronized void refresh(TenantId tenant) {
    List<Contract> contracts = store.of(tenant);
    if (contracts.isEmpty()) {
      byTenant.remove(tenant);
    } else {
      byTenant.put(tenant, contracts);
    }
  }

  /**
   * Reads one tenant's contracts again: now, or inside a transaction once that has committed. What is rolled back must not
   * be kept here, since nobody would announce that it is gone.
   */
  public void refreshOnceCommitted(TenantId tenant) {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      refresh(tenant);
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
      @Override
      public void afterCompletion(int status) {
        if (status == STATUS_COMMITTED) {
          refresh(tenant);
        }
      }
    });
  }

  /** Takes an announcement: the tenant's id. */
  public void changed(String tenant) {
    refresh(new TenantId(UUID.fromString(tenant)));
  }
}
