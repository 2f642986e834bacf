package dev.tollgate.billing.invoicing;

import dev.tollgate.billing.Invoice;
import dev.tollgate.billing.Invoice.State;
import dev.tollgate.billing.InvoiceId;
import dev.tollgate.billing.Invoices.Difference;
import dev.tollgate.billing.invoicing.JdbcShortfallStore.Committed;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Adds up what is behind one document without any of the sums that the close made. */
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

  // What all invoices in force demand together, since usage that came late is credited by a later one; so the records are
  // those that the latest of them knows.
  private static final String COMMITMENTS = """
      WITH doc AS (SELECT * FROM billing.invoice WHERE id = :id AND kind = 'INVOICE' AND state <> 'VOID'),
      known AS (
        SELECT i.id, i.month, i.cut_at FROM billing.invoice i JOIN doc d USING (tenant_id, currency)
        WHERE i.kind = 'INVOICE' AND i.state <> 'VOID'),
      concerned AS (
        SELECT d.tenant_id, c.id AS contract_id, e.month, lower(e.span) AS since, upper(e.span) AS until
        FROM doc d JOIN billing.contract c USING (tenant_id, currency)
        JOIN billing.period e ON e.tenant_id = d.tenant_id AND c.effective && e.span
        WHERE c.committed_tokens_per_month > 0 AND (e.month = d.month OR EXISTS (
          SELECT FROM billing.invoice_line l
          WHERE l.invoice_id = d.id AND l.contract_id = c.id AND l.service_month = e.month)))
      SELECT n.*, used.tokens AS used, billed.tokens AS missing, billed.pico
      FROM concerned n
      CROSS JOIN LATERAL (
        SELECT COALESCE(sum((l ->> 'tokens')::bigint), 0) AS tokens
        FROM billing.usage u CROSS JOIN LATERAL json_array_elements(u.lines) l
        WHERE u.tenant_id = n.tenant_id AND u.contract_id = n.contract_id AND u.arrived_at >= n.since
          AND u.arrived_at < n.until AND u.settled_at < (SELECT max(k.cut_at) FROM known k WHERE k.month >= n.month)
          AND u.request_id >= billing.first_request_id(n.since - interval '1 day')
          AND u.request_id < billing.first_request_id(n.until + interval '1 day')) used
      CROSS JOIN LATERAL (
        SELECT COALESCE(sum(l.quantity), 0) AS tokens, COALESCE(sum(l.amount_pico), 0) AS pico
        FROM known k JOIN billing.invoice_line l ON l.invoice_id = k.id
        WHERE l.kind = 'SHORTFALL' AND l.contract_id = n.contract_id AND l.service_month = n.month) billed
      ORDER BY n.contract_id, n.month
      """;

  private static final String ITSELF = """
      SELECT i.kind, i.state, i.exact_pico, l.exact, i.net, l.net AS lines, billing.half_even(l.exact, billing.coin(c.minor_digits))
          AS rounded, i.tax, billing.half_even(i.net * i.tax_basis_points, 10000) AS tax_of_net,
        encode(i.content_hash, 'hex') AS hash, encode(sha256(convert_to(billing.invoice_text(i), 'UTF8')), 'hex') AS content
      FROM billing.invoice i JOIN billing.currency c ON c.code = i.currency
      CROSS JOIN LATERAL (
        SELECT COALESCE(sum(amount_pico), 0) AS exact, COALESCE(sum(amount), 0)::bigint AS net
        FROM billing.invoice_line WHERE invoice_id = i.id) l
      WHERE i.id = :id
      """;

  private final JdbcClient jdbc;

  JdbcRecomputationStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Each group of usage, as its records and as the invoice have it. */
  List<Pair> usage(InvoiceId id) {
    return jdbc.sql(COMPARE).param("id", id.value()).query((row, number) -> pair(row)).list();
  }

  record Pair(Difference difference, BigInteger recordsPico, BigInteger linesPico, boolean requestsDiffer) {

    boolean same() {
      return !requestsDiffer && recordsPico.equals(linesPico)
          && difference.recordsTokens().equals(difference.invoiceTokens())
          && difference.recordsAmount().equals(difference.invoiceAmount());
    }
  }

  /** Commitments that an invoice may demand something for: tokens by their records, and what is demanded for them. */
  List<Committed> committed(InvoiceId id) {
    return jdbc.sql(COMMITMENTS).param("id", id.value())
        .query((row, number) -> JdbcShortfallStore.committed(row)).list();
  }

  /**
   * A document's sums and hash, and what its lines and words make of them.
   *
   * @param hash null for a draft
   */
  record Itself(Invoice.Kind kind, State state, BigInteger exact, BigInteger linesExact, long net,
      long linesNet,
      long roundedExact, long tax, long taxOfNet, @Nullable String hash, String content) {}

  Itself itself(InvoiceId id) {
    return jdbc.sql(ITSELF).param("id", id.value())
        .query((row, number) -> new Itself(Invoice.Kind.valueOf(row.getString("kind")),
            State.valueOf(row.getString("state")), whole(row, "exact_pico"), whole(row, "exact"),
            row.getLong("net"), row.getLong("lines"), row.getLong("rounded"), row.getLong("tax"),
            row.getLong("tax_of_net"), row.getString("hash"), row.getString("content")))
        .single();
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
