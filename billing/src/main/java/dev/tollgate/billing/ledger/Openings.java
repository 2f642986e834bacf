package dev.tollgate.billing.ledger;

import dev.tollgate.billing.ledger.Accounts.Allowance;
import dev.tollgate.billing.ledger.Accounts.Opened;
import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Opens the accounts of a tenant when they are first needed. */
public interface Openings {

  /**
   * Opens what a tenant may spend at an instant and puts the agreed credit limit in force.
   *
   * @param creditLimit in pico-units; where more than that is in use, the limit falls as far as it can; null to leave it
   *     as it is
   * @param allowance of the billing month, whose bounds are those of the budgets too
   */
  Opened open(TenantId tenant, String currency, @Nullable BigInteger creditLimit, Allowance allowance,
      Instant at);
}
