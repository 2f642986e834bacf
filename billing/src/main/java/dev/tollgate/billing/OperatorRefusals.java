package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.time.Instant;

/**
 * Requests that were refused though nothing was wrong with them: nobody could vouch for their funds, the gateway itself
 * was full, or a fault of it ended them before they held anything. They leave no usage record, so they are counted, and
 * lower the availability of their tenant's contract.
 */
public interface OperatorRefusals {

  /**
   * Counts one. In memory; never waits and never fails. Tenants without a contract were promised nothing and are not
   * counted.
   */
  void count(TenantId tenant, Instant arrivedAt);
}
