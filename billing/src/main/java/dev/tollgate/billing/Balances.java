package dev.tollgate.billing;

import dev.tollgate.tenants.TenantId;
import java.time.Instant;

/** What a tenant has left, as the database has it: settled amounts only, holds of running requests not counted. */
public interface Balances {

  Balance of(TenantId tenant);

  /**
   * What is left at one moment.
   *
   * @param plan the plan's name in the catalogue
   * @param balance paid in minus settled; negative while a credit limit is used
   * @param creditLimit how far below zero the balance may go
   * @param freeTokensLeft raw tokens left of this month's free allowance
   * @param freeTokensUntil when the free allowance starts anew, exclusive end of the billing month
   */
  record Balance(String plan, Money balance, Money creditLimit, long freeTokensLeft,
      Instant freeTokensUntil) {}
}
