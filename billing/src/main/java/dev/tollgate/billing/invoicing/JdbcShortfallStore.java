package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.contracts.BillingMonth;
import dev.tollgate.tenants.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What contracts that commit were used for, as far as invoices and the close under way know. */
final class JdbcShortfallStore {

  private final JdbcClient jdbc;

  JdbcShortfallStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A contract in a month: tokens used, and the shortfall that invoices demand already. */
  record Committed(TenantId tenant, long contract, YearMonth serviceMonth, BillingMonth span,
      BigInteger usedTokens, BigInteger billedTokens, BigInteger billedPico) {}

  /** The close's own month for every contract that commits then, and earlier months for which usage came late. */
  List<Committed> committed(long close, List<TenantId> tenants) {
    return jdbc
        .sql(
            """
                WITH chosen AS (
                  SELECT * FROM billing.period WHERE close_id = :close AND tenant_id = ANY (CAST(:tenants AS uuid[]))),
                concerned AS (
                  SELECT c.id AS contract_id, p.tenant_id, p.month, p.span FROM chosen p JOIN billing.contract c USING (tenant_id)
                  WHERE c.committed_tokens_per_month > 0 AND c.effective && p.span
                  UNION
                  SELECT c.id, p.tenant_id, e.month, e.span FROM chosen p JOIN billing.contract c USING (tenant_id)
                  JOIN billing.usage_sum s ON s.close_id = p.close_id AND s.tenant_id = p.tenant_id AND s.contract_id = c.id
                    AND s.service_month < p.month
                  JOIN billing.period e ON e.tenant_id = p.tenant_id AND e.month = s.service_month
                  WHERE c.committed_tokens_per_month > 0),
                billed AS (
                  SELECT l.contract_id, l.service_month,
                    sum(l.quantity) FILTER (WHERE l.kind = 'USAGE') AS used, sum(l.quantity) FILTER (WHERE l.kind = 'SHORTFALL') AS missing,
                    sum(l.amount_pico) FILTER (WHERE l.kind = 'SHORTFALL') AS pico
                  FROM billing.invoice i JOIN billing.invoice_line l ON l.invoice_id = i.id
                  WHERE i.tenant_id IN (SELECT tenant_id FROM concerned) AND i.kind = 'INVOICE' AND i.state <> 'VOID'
                  GROUP BY 1, 2)
                SELECT n.tenant_id, n.contract_id, n.month, lower(n.span) AS since, upper(n.span) AS until,
                  COALESCE(b.used, 0) + COALESCE((
                    SELECT sum(s.tokens) FROM billing.usage_sum s
                    WHERE s.close_id = :close AND s.tenant_id = n.tenant_id AND s.contract_id = n.contract_id
                      AND s.service_month = n.month), 0) AS used,
                  COALESCE(b.missing, 0) AS missing, COALESCE(b.pico, 0) AS pico
                FROM concerned n LEFT JOIN billed b ON b.contract_id = n.contract_id AND b.service_month = n.month
                """)
        .param("close", close)
        .param("tenants", SqlArray.of(tenants.stream().map(TenantId::value).toList()))
        .query((row, number) -> committed(row)).list();
  }

  static Committed committed(ResultSet row) throws SQLException {
    return new Committed(new TenantId(row.getObject("tenant_id", UUID.class)),
        row.getLong("contract_id"), Months.month(row, "month"),
        new BillingMonth(Months.instant(row, "since"), Months.instant(row, "until")),
        whole(row.getBigDecimal("used")), whole(row.getBigDecimal("missing")),
        whole(row.getBigDecimal("pico")));
  }

  private static BigInteger whole(BigDecimal number) {
    return number.toBigIntegerExact();
  }
}
