package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices.Difference;
import dev.tollgate.billing.Invoices.Recomputation;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Adds up the usage behind one invoice without any of the sums that the close made. */
final class JdbcRecomputationStore {

  private static final String COMPARE = """
      WITH doc AS (SELECT * FROM billing.invoice WHERE id = :id),
      record AS (
        SELECT COALESCE(e.month, LEAST(billing.local_month(u.arrived_at, k.zone),
            (d.month - interval '1 month')::date)) AS service_month, u.contract_id, u.model, u.region,
          (l ->> 'account')::bigint AS account_id, (l ->> 'price')::bigint AS price_id,
          (l ->> 'unit_price')::bigint AS unit_price, count(*) AS requests, sum((l ->> 'tokens')::bigint) AS tokens,
          sum((l ->> 'amount')::bigint) AS amount,
          COALESCE(sum((l ->> 'amount')::bigint) FILTER (WHERE l ->> 'fund' = 'MONEY'), 0) AS pico
        FROM doc d JOIN billing.usage u ON u.tenant_id = d.tenant_id AND u.currency = d.currency
        JOIN billing.contract k ON k.id = u.contract_id
        LEFT JOIN billing.period e ON e.tenant_id = u.tenant_id AND e.span @> u.arrived_at
        CROSS JOIN LATERAL json_array_elements(u.lines) l
        WHERE u.arrived_at < upper(d.span) AND u.settled_at < d.cut_at
          AND (u.arrived_at >= lower(d.span) OR u.settled_at >= d.previous_cut)
          AND u.request_id < billing.first_request_id(upper(d.span) + interval '1 day')
        GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum((l ->> 'tokens')::bigint) > 0),
      line AS (
        SELECT l.* FROM doc d JOIN billing.invoice_line l ON l.invoice_id = d.id WHERE l.kind = 'USAGE')
      SELECT concat_ws(' ', COALESCE(r.service_month, l.service_month), COALESCE(r.model, l.model),
          COALESCE(r.region, l.region), 'price', COALESCE(r.price_id, l.price_id), 'at',
          COALESCE(r.unit_price, l.unit_price), 'from account', COALESCE(r.account_id, l.account_id)) AS what,
        COALESCE(r.tokens, 0) AS record_tokens, COALESCE(l.quantity, 0) AS line_tokens,
        COALESCE(r.amount, 0) AS record_amount, COALESCE(l.fund_amount, 0) AS line_amount,
        COALESCE(r.pico, 0) AS record_pico, COALESCE(l.amount_pico, 0) AS line_pico,
        COALESCE(r.requests, 0) <> COALESCE(l.requests, 0) AS requests_differ
      FROM record r FULL JOIN line l ON l.service_month = r.service_month AND l.contract_id = r.contract_id
        AND l.model = r.model AND l.region = r.region AND l.account_id = r.account_id AND l.price_id = r.price_id
        AND l.unit_price = r.unit_price
      """;

  private final JdbcClient jdbc;

  JdbcRecomputationStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Recomputation recompute(InvoiceId id) {
    var differences = new ArrayList<Difference>();
    BigInteger records = BigInteger.ZERO;
    BigInteger lines = BigInteger.ZERO;
    List<Pair> pairs = jdbc.sql(COMPARE).param("id", id.value()).query((row, number) -> pair(row)).list();
    for (Pair pair : pairs) {
      records = records.add(pair.recordsPico());
      lines = lines.add(pair.linesPico());
      if (!pair.same()) {
        differences.add(pair.difference());
      }
    }
    return new Recomputation(id, pairs.size(), records, lines, List.copyOf(differences));
  }

  private record Pair(Difference difference, BigInteger recordsPico, BigInteger linesPico,
      boolean requestsDiffer) {

    boolean same() {
      return !requestsDiffer && recordsPico.equals(linesPico)
          && difference.recordsTokens().equals(difference.invoiceTokens())
          && difference.recordsAmount().equals(difference.invoiceAmount());
    }
  }

  private static Pair pair(ResultSet row) throws SQLException {
    return new Pair(
        new Difference(row.getString("what"), whole(row, "record_tokens"), whole(row, "line_tokens"),
            whole(row, "record_amount"), whole(row, "line_amount")),
        whole(row, "record_pico"), whole(row, "line_pico"), row.getBoolean("requests_differ"));
  }

  private static BigInteger whole(ResultSet row, String column) throws SQLException {
    return row.getBigDecimal(column).toBigIntegerExact();
  }
}
