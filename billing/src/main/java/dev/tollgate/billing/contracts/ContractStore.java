package dev.tollgate.billing.contracts;

import dev.tollgate.tenants.TenantId;
import java.util.List;
import java.util.Map;

/** Where contracts are read from. */
interface ContractStore {

  /** The contracts of all tenants, of each the oldest first. */
  Map<TenantId, List<Contract>> all();

  /** The contracts of one tenant, the oldest first. */
  List<Contract> of(TenantId tenant);
}
