package dev.tollgate.billing.contracts;

import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Contracts for tests that have no database. */
public final class ContractsModel {

  private ContractsModel() {}

  /** An instance's memory of contracts that it reads from here; faults of reading come out of the supplier. */
  public static Contracts reading(Supplier<Map<TenantId, List<Contract>>> all) {
    return new Contracts(new ContractStore() {
      @Override
      public Map<TenantId, List<Contract>> all() {
        return all.get();
      }

      @Override
      public List<Contract> of(TenantId tenant) {
        return all.get().getOrDefault(tenant, List.of());
      }
    });
  }
}
