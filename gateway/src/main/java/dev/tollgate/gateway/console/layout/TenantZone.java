package dev.tollgate.gateway.console.layout;

import dev.tollgate.billing.TenantContracts;
import dev.tollgate.billing.TenantContracts.Agreed;
import dev.tollgate.gateway.console.PagesRole;
import dev.tollgate.tenants.TenantId;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.stereotype.Component;

/** The zone in which a tenant's billing months begin, and in which its people read and write times (ADR 29). */
@Component
@PagesRole
public class TenantZone {

  private final TenantContracts contracts;

  TenantZone(TenantContracts contracts) {
    this.contracts = contracts;
  }

  /** Of the contract in force; of the last one where none is; UTC where there was none. */
  public ZoneId of(TenantId tenant) {
    return contracts.inForce(tenant).map(Agreed::zone).orElseGet(() -> last(contracts.of(tenant)));
  }

  private static ZoneId last(List<Agreed> contracts) {
    return contracts.isEmpty() ? ZoneOffset.UTC : contracts.getLast().zone();
  }
}
