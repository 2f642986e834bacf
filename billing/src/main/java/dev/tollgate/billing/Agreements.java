package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.time.Instant;
import java.time.ZoneId;

/** How a tenant comes to a contract that is negotiated. */
public interface Agreements {

  /**
   * Puts a tenant on the enterprise plan from {@code from} on; a contract that is in force then ends there. What is
   * settled, and what runs by then, keeps the price of the contract that it was admitted under.
   *
   * @throws IllegalArgumentException if the commitment is less than the plan asks for, or a change lies in the past
   * @throws IllegalStateException if a later contract is agreed already, or the tenant has budgets in another currency
   */
  void enterprise(TenantId tenant, Agreement agreement, Instant from);

  /**
   * What an enterprise contract leaves to be agreed; its discount is the plan's.
   *
   * @param zone in which its billing months begin
   * @param committedTokensPerMonth raw tokens, in each billing month
   * @param creditLimitPico how far below zero the balance may go, at least 0
   */
  record Agreement(String currency, ZoneId zone, long committedTokensPerMonth, long creditLimitPico) {}
}
