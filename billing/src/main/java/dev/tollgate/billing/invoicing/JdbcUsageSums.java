package dev.tollgate.billing.invoicing;

import dev.tollgate.tenants.TenantId;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Adds up what tenants are to be billed for. A usage row belongs to exactly one period: that of its arrival if it was
 * settled before that period's cut, else the one during whose interval between two cuts it was settled (ADR 0011). The
 * roll-ups by month tell both apart (ADR 0015). They know months of the contract's zone alone, so a tenant that has ever
 * changed its zone is added up from its usage rows.
 */
final class JdbcUsageSums {

  private static final String INTO = """
      INSERT INTO billing.usage_sum (close_id, tenant_id, service_month, contract_id, model, region, account_id, price_id,
        unit_price, requests, tokens, amount)
      """;

  private static final String CHOSEN = """
      WITH chosen AS (
        SELECT p.*, (
            SELECT count(DISTINCT c.zone) FROM billing.contract c WHERE c.tenant_id = p.tenant_id) > 1 AS moved,
          COALESCE((SELECT max(c.id) FROM billing.close c WHERE c.cut_at <= p.previous_cut), 0) AS previous_close
        FROM billing.period p WHERE p.close_id = :close AND p.tenant_id = ANY (CAST(:tenants AS uuid[])))
      """;

  private static final String FROM_ROLL_UPS = INTO + CHOSEN
      + """
          SELECT p.close_id, r.tenant_id, r.month, r.contract_id, r.model, r.region, r.account_id, r.price_id, r.unit_price,
            sum(r.requests), sum(r.tokens), sum(r.amount)
          FROM chosen p JOIN billing.usage_month r ON r.tenant_id = p.tenant_id AND r.cut < p.close_id
            AND (r.month = p.month OR (r.month < p.month AND r.cut >= p.previous_close))
          WHERE NOT p.moved
          GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
          """;

  // What arrived before a tenant's first period is counted to the month of its arrival by the contract's zone.
  private static final String FROM_USAGE = INTO + CHOSEN
      + """
          SELECT p.close_id, u.tenant_id, COALESCE(e.month, LEAST(billing.local_month(u.arrived_at, k.zone),
              (p.month - interval '1 month')::date)),
            u.contract_id, u.model, u.region, l.account, l.price, l.unit_price, count(*), sum(l.tokens), sum(l.amount)
          FROM chosen p JOIN billing.usage u ON u.tenant_id = p.tenant_id
          JOIN billing.contract k ON k.id = u.contract_id
          LEFT JOIN billing.period e ON e.tenant_id = u.tenant_id AND e.span @> u.arrived_at
          CROSS JOIN LATERAL json_to_recordset(u.lines)
            AS l(account bigint, price bigint, unit_price bigint, tokens bigint, amount bigint)
          WHERE p.moved AND u.arrived_at < upper(p.span)
            AND u.settled_at < (SELECT c.cut_at FROM billing.close c WHERE c.id = p.close_id)
            AND (u.arrived_at >= lower(p.span) OR u.settled_at >= p.previous_cut)
            AND u.request_id < billing.first_request_id(upper(p.span) + interval '1 day')
          GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
          """;

  private final JdbcClient jdbc;

  JdbcUsageSums(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Adds up for some tenants of a close. What was settled before its cut must be in the roll-ups. */
  void sum(long close, List<TenantId> tenants) {
    clear(close, tenants);
    bound(FROM_ROLL_UPS, close, tenants).update();
    bound(FROM_USAGE, close, tenants).update();
  }

  void clear(long close, List<TenantId> tenants) {
    bound(
        "DELETE FROM billing.usage_sum WHERE close_id = :close AND tenant_id = ANY (CAST(:tenants AS uuid[]))",
        close, tenants).update();
  }

  private StatementSpec bound(String sql, long close, List<TenantId> tenants) {
    return jdbc.sql(sql).param("close", close)
        .param("tenants", SqlArray.of(tenants.stream().map(TenantId::value).toList()));
  }
}
