package dev.tollgate.billing.ledger;

import dev.tollgate.billing.ledger.Accounts.Allowance;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.tenants.TenantId;
import java.time.Instant;

/** Opens the accounts of a tenant when they are first needed. */
public interface Openings {

  /**
   * Opens what a tenant may spend at an instant. Puts the credit limit of the contract in force now in force, as the
   * database has it: what a caller remembers of contracts may be out of date, and a request may be of an earlier one.
   * Where more than that is in use, the limit falls as far as it can.
   *
   * @param allowance of the billing month, whose bounds are those of the budgets too
   */
  Opened open(TenantId tenant, String currency, Allowance allowance, Instant at);
}
