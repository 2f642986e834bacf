package dev.tollgate.billing.reconciliation;

import dev.tollgate.tenants.TenantId;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Checks that usage, ledger, balances, leases, roll-ups and the usage on invoices agree for every tenant, to the pico-unit
 * (money rule 8). Reads one snapshot of the whole database, so it belongs in a quiet hour or on a replica.
 */
public final class Reconciliation {

  private final JdbcClient jdbc;

  public Reconciliation(DataSource database) {
    this.jdbc = JdbcClient.create(database);
  }

  /**
   * Sums that should be equal and are not.
   *
   * @param tenant whose sums, or null if those over all tenants are meant
   * @param check which two sums, as the views {@code billing.reconciliation}, {@code billing.roll_up_reconciliation} and
   *     {@code billing.invoice_reconciliation} name it
   * @param unit a currency (pico-units), TOKEN, PACK or REQUEST
   */
  public record Difference(@Nullable TenantId tenant, String check, String unit, BigInteger expected,
      BigInteger found) {}

  /** All differences; none if the books agree. */
  public List<Difference> differences() {
    return jdbc
        .sql("""
            SELECT tenant_id, checked, unit, expected, found FROM billing.reconciliation
            UNION ALL
            SELECT tenant_id, checked, unit, expected, found FROM billing.roll_up_reconciliation
            UNION ALL
            SELECT tenant_id, checked, unit, expected, found FROM billing.invoice_reconciliation
            ORDER BY 1, 2, 3
            """)
        .query((row, number) -> new Difference(new TenantId(row.getObject("tenant_id", UUID.class)),
            row.getString("checked"), row.getString("unit"),
            row.getBigDecimal("expected").toBigIntegerExact(),
            row.getBigDecimal("found").toBigIntegerExact()))
        .list();
  }
}
