package dev.tollgate.billing.invoicing;

import dev.tollgate.tenants.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Writes the drafts of some tenants of a close, each step for all of them in one statement. Documents are looked up by
 * their ids, one after the other: before they are many, the planner takes their tables for empty, and would read all of
 * them for each batch.
 */
final class JdbcDraftStore {

  private static final String SHORTFALLS = """
      shortfall AS (
        SELECT s.*, c.currency
        FROM unnest(CAST(:owing AS uuid[]), CAST(:contracts AS bigint[]), CAST(:months AS date[]),
          CAST(:missing AS numeric[]), CAST(:prices AS bigint[]), CAST(:picos AS numeric[]))
          AS s(tenant_id, contract_id, service_month, tokens, unit_price, pico)
        JOIN billing.contract c ON c.id = s.contract_id),
      """;

  private static final String ADD_INVOICES = "WITH " + SHORTFALLS
      + """
          chosen AS (
            SELECT p.*, c.cut_at, c.drafted_at FROM unnest(CAST(:tenants AS uuid[])) AS t(tenant_id)
            CROSS JOIN LATERAL (
              SELECT * FROM billing.period e WHERE e.tenant_id = t.tenant_id AND e.close_id = :close OFFSET 0) p
            JOIN billing.close c ON c.id = p.close_id),
          needed AS (
            SELECT s.tenant_id, c.currency FROM billing.usage_sum s JOIN billing.contract c ON c.id = s.contract_id
            WHERE s.close_id = :close AND s.tenant_id = ANY (CAST(:tenants AS uuid[]))
            UNION
            SELECT tenant_id, currency FROM shortfall
            UNION
            SELECT k.tenant_id, k.currency FROM chosen p JOIN billing.unbilled_pack k USING (tenant_id)
            WHERE k.bought_at < upper(p.span)
            UNION
            SELECT e.tenant_id, e.currency FROM chosen p JOIN billing.unbilled_expiry e USING (tenant_id)
            WHERE e.valid_until <= upper(p.span)
            UNION
            SELECT a.tenant_id, a.currency FROM chosen p JOIN billing.unbilled_adjustment a USING (tenant_id)
            WHERE a.service_month <= p.month
            UNION
            SELECT p.tenant_id, l.currency FROM chosen p
            CROSS JOIN LATERAL billing.unbilled_loss(p.tenant_id, p.month, p.drafted_at) l)
          INSERT INTO billing.invoice (tenant_id, kind, state, month, span, previous_cut, cut_at, currency, corrects)
          SELECT p.tenant_id, 'INVOICE', 'DRAFT', p.month, p.span, p.previous_cut, p.cut_at, n.currency, (
            SELECT v.id FROM billing.invoice v
            WHERE v.tenant_id = p.tenant_id AND v.month = p.month AND v.currency = n.currency AND v.kind = 'INVOICE'
              AND v.state = 'VOID' ORDER BY v.finalised_at DESC LIMIT 1)
          FROM chosen p JOIN needed n USING (tenant_id)
          -- Of a month that is drafted anew, documents in other currencies may be final by now.
          WHERE NOT EXISTS (
            SELECT FROM billing.invoice o
            WHERE o.tenant_id = p.tenant_id AND o.month = p.month AND o.currency = n.currency AND o.kind = 'INVOICE'
              AND o.state <> 'VOID')
          ORDER BY p.tenant_id, n.currency RETURNING id
          """;

  // A loss is posted soon after the usage that it is of: the first draft takes what is posted by then, and one that is
  // written anew takes what was posted while the month was drafted, not what was lost in months since.
  // Each line is rounded once, half to even. What the rounded lines then lack to the rounded sum goes, a coin each, to
  // those that were cut off most; where they are too much, it is taken from those that were rounded up most.
  private static final String ADD_LINES = "WITH " + SHORTFALLS
      + """
          doc AS (
            SELECT i.id, i.tenant_id, i.month, i.span, i.currency, billing.coin(c.minor_digits) AS coin
            FROM unnest(CAST(:added AS uuid[])) AS a(id)
            CROSS JOIN LATERAL (SELECT * FROM billing.invoice d WHERE d.id = a.id OFFSET 0) i
            JOIN billing.currency c ON c.code = i.currency),
          item AS (
            SELECT d.id, 1 AS rank, 'USAGE' AS kind, s.service_month,
              CASE a.kind WHEN 'MONEY' THEN 'BALANCE' ELSE 'NOTHING' END AS charged_to, s.contract_id, s.model, s.region,
              r.token_class, a.kind AS fund, s.account_id, s.price_id, NULL::bigint AS adjustment_id,
              a.subject AS description, sum(s.requests)::bigint AS requests, sum(s.tokens) AS quantity, s.unit_price,
              sum(s.amount) AS fund_amount, CASE a.kind WHEN 'MONEY' THEN sum(s.amount) ELSE 0 END AS pico
            FROM doc d CROSS JOIN LATERAL (
              SELECT * FROM billing.usage_sum u WHERE u.close_id = :close AND u.tenant_id = d.tenant_id OFFSET 0) s
            JOIN billing.contract c ON c.id = s.contract_id AND c.currency = d.currency
            JOIN billing.account a ON a.id = s.account_id JOIN billing.price r ON r.id = s.price_id
            WHERE s.tokens > 0
            GROUP BY d.id, s.service_month, a.kind, s.contract_id, s.model, s.region, r.token_class, s.account_id,
              s.price_id, a.subject, s.unit_price
            UNION ALL
            SELECT d.id, 2, 'PACK', d.month, CASE k.payment WHEN 'BALANCE' THEN 'BALANCE' ELSE 'RECORDED' END, NULL, NULL,
              NULL, NULL, NULL, k.account_id, NULL, NULL, k.reference, 0, k.pack_tokens, o.pico_per_pack_token,
              k.price_pico, k.price_pico
            FROM doc d JOIN billing.unbilled_pack k ON k.tenant_id = d.tenant_id AND k.currency = d.currency
            JOIN billing.pack_offer o ON o.id = k.offer_id WHERE k.bought_at < upper(d.span)
            UNION ALL
            SELECT d.id, 3, 'EXPIRED', d.month, 'NOTHING', NULL, NULL, NULL, NULL, NULL, e.account_id, NULL, NULL, e.reference,
              0, 1, 0, e.millitokens, 0
            FROM doc d JOIN billing.unbilled_expiry e ON e.tenant_id = d.tenant_id AND e.currency = d.currency
            WHERE e.valid_until <= upper(d.span)
            UNION ALL
            SELECT d.id, 4, 'SHORTFALL', s.service_month, 'INVOICE', s.contract_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
              NULL, 0, s.tokens, s.unit_price, s.pico, s.pico
            FROM doc d JOIN shortfall s ON s.tenant_id = d.tenant_id AND s.currency = d.currency
            UNION ALL
            SELECT d.id, 5, 'WAIVED', d.month, 'BALANCE', NULL, NULL, NULL, NULL, NULL, l.account_id, NULL, NULL, NULL, 0, 1,
              0, -l.amount, -l.amount
            FROM doc d CROSS JOIN LATERAL billing.unbilled_loss(d.tenant_id, d.month,
              (SELECT drafted_at FROM billing.close WHERE id = :close)) l
            WHERE l.currency = d.currency
            UNION ALL
            SELECT d.id, CASE a.kind WHEN 'SLA_CREDIT' THEN 6 ELSE 7 END, a.kind, a.service_month, 'INVOICE', NULL, NULL,
              NULL, NULL, NULL, NULL, NULL, a.id, a.description, 0, 1, 0, a.amount_pico, a.amount_pico
            FROM doc d JOIN billing.unbilled_adjustment a ON a.tenant_id = d.tenant_id AND a.currency = d.currency
            WHERE a.service_month <= d.month),
          placed AS (
            SELECT i.*, d.coin, billing.half_even(i.pico, d.coin) AS rounded, row_number() OVER (
                PARTITION BY i.id ORDER BY i.rank, i.service_month, i.model, i.region, i.token_class, i.fund, i.account_id,
                  i.price_id, i.unit_price, i.contract_id, i.adjustment_id)::int AS position
            FROM item i JOIN doc d ON d.id = i.id),
          summed AS (
            SELECT p.*, billing.half_even(sum(p.pico) OVER whole, p.coin) - sum(p.rounded) OVER whole AS missing,
              row_number() OVER (PARTITION BY p.id ORDER BY p.pico - p.rounded * p.coin DESC, p.position) AS cut_off,
              row_number() OVER (PARTITION BY p.id ORDER BY p.pico - p.rounded * p.coin, p.position) AS rounded_up
            FROM placed p WINDOW whole AS (PARTITION BY p.id))
          INSERT INTO billing.invoice_line (invoice_id, position, kind, service_month, charged_to, contract_id, model, region,
            token_class, fund, account_id, price_id, adjustment_id, description, requests, quantity, unit_price, fund_amount,
            amount_pico, amount)
          SELECT id, position, kind, service_month, charged_to, contract_id, model, region, token_class, fund, account_id,
            price_id, adjustment_id, description, requests, quantity, unit_price, fund_amount, pico,
            rounded + CASE WHEN cut_off <= missing THEN 1 WHEN rounded_up <= -missing THEN -1 ELSE 0 END
          FROM summed
          """;

  private final JdbcClient jdbc;

  JdbcDraftStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Some tenants that have no drafts yet, that nobody else works on and that were not set aside for longer than until then. */
  List<TenantId> claim(long close, Instant begun, int most) {
    Planning.preferIndexes(jdbc);
    return jdbc.sql("""
        SELECT tenant_id FROM billing.period WHERE close_id = :close AND state = 'CLOSING'
          AND (retry_at IS NULL OR retry_at <= :begun)
        ORDER BY tenant_id LIMIT :most FOR UPDATE SKIP LOCKED
        """).param("close", close).param("begun", Months.utc(begun)).param("most", most)
        .query((row, number) -> new TenantId(row.getObject("tenant_id", UUID.class))).list();
  }

  /** Adds invoices with their lines; the sums are left to {@link JdbcTotalsStore}. */
  List<UUID> draft(long close, List<TenantId> tenants, List<ShortfallLine> shortfalls) {
    List<UUID> added = bound(ADD_INVOICES, close, tenants, shortfalls).query(UUID.class).list();
    bound(ADD_LINES, close, tenants, shortfalls).param("added", SqlArray.of(added)).update();
    Set<UUID> empty = discardEmpty(added);
    return added.stream().filter(id -> !empty.contains(id)).toList();
  }

  /** Requests that used nothing leave nothing to bill. */
  private Set<UUID> discardEmpty(List<UUID> added) {
    List<UUID> empty = jdbc
        .sql(
            """
                SELECT a.id FROM unnest(CAST(:added AS uuid[])) AS a(id)
                CROSS JOIN LATERAL (
                  SELECT EXISTS (SELECT FROM billing.invoice_line l WHERE l.invoice_id = a.id) AS filled OFFSET 0) l
                WHERE NOT l.filled
                """)
        .param("added", SqlArray.of(added)).query(UUID.class).list();
    if (!empty.isEmpty()) {
      jdbc.sql("DELETE FROM billing.invoice WHERE id = ANY (CAST(:empty AS uuid[]))")
          .param("empty", SqlArray.of(empty)).update();
    }
    return Set.copyOf(empty);
  }

  void drafted(long close, List<TenantId> tenants) {
    jdbc.sql("""
        UPDATE billing.period SET state = 'DRAFTED', set_aside = NULL, retry_at = NULL
        WHERE close_id = :close AND tenant_id = ANY (CAST(:tenants AS uuid[])) AND state = 'CLOSING'
        """).param("close", close).param("tenants", ids(tenants)).update();
  }

  /** Lets a tenant wait; whether it did not wait already. */
  boolean setAside(long close, TenantId tenant, String why, Duration retryAfter) {
    return jdbc
        .sql(
            """
                UPDATE billing.period SET set_aside = left(:why, 2000), retry_at = clock_timestamp() + :millis * interval '1 ms'
                WHERE close_id = :close AND tenant_id = :tenant AND state = 'CLOSING'
                RETURNING old.set_aside IS NULL
                """)
        .param("why", why.replace('\0', ' ')).param("millis", retryAfter.toMillis()).param("close", close)
        .param("tenant", tenant.value())
        .query(Boolean.class).single();
  }

  void discard(TenantId tenant, long close) {
    jdbc.sql(
        """
            DELETE FROM billing.invoice i USING billing.period p
            WHERE p.close_id = :close AND p.tenant_id = :tenant AND i.tenant_id = p.tenant_id AND i.month = p.month
              AND i.kind = 'INVOICE' AND i.state = 'DRAFT'
            """)
        .param("close", close).param("tenant", tenant.value()).update();
  }

  private StatementSpec bound(String sql, long close, List<TenantId> tenants,
      List<ShortfallLine> shortfalls) {
    return jdbc.sql(sql).param("close", close).param("tenants", ids(tenants))
        .param("owing", column(shortfalls, line -> line.tenant().value()))
        .param("contracts", column(shortfalls, ShortfallLine::contract))
        .param("months", column(shortfalls, ShortfallLine::serviceMonth))
        .param("missing", column(shortfalls, ShortfallLine::tokens))
        .param("prices", column(shortfalls, ShortfallLine::picoPerToken))
        .param("picos", column(shortfalls, ShortfallLine::pico));
  }

  private static String ids(List<TenantId> tenants) {
    return SqlArray.of(tenants.stream().map(TenantId::value).toList());
  }

  private static String column(List<ShortfallLine> lines, Function<ShortfallLine, Object> value) {
    return SqlArray.of(lines.stream().map(value).toList());
  }
}
