package dev.tollgate.tenants;

import java.util.List;

/**
 * Tenants whose keys are refused because they owe money, apart from those that a person suspended: neither lifts the
 * other. Calls join a transaction of the caller's; all instances know within a second of its commit.
 */
public interface Arrears {

  /**
   * Refuses a tenant's keys for what it owes.
   *
   * @return false if they are refused for it already, or there is no such tenant
   */
  boolean refuse(TenantId tenant);

  /**
   * Accepts a tenant's keys again, as far as arrears go.
   *
   * @return false if they were not refused for arrears
   */
  boolean accept(TenantId tenant);

  /** All that are refused for what they owe. */
  List<TenantId> refused();
}
