package dev.tollgate.billing.invoicing;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The sums of drafts: net, tax by the tenant's profile, what was prepaid, what is due. */
final class JdbcTotalsStore {

  // Money pays for usage in the order of months: what came in so far, less what invoices up to this one took, less what
  // final ones still wait for, leaves what of this one's usage nobody has paid yet. A later month may be final before this
  // one, where this one is a replacement or had to wait: what was paid or is awaited for that was demanded there, so what
  // that took counts too. Its draft does not count: it will ask in its turn. The sums are materialised, or each would be
  // looked up wherever it is mentioned.
  // Credit is taken off what is payable first. The rest of it pays, in whole coins, for what the balance paid for this month,
  // which goes back to the balance: whoever pays in advance never owes anything that it could be taken off.
  private static final String SETTLE_TOTALS = """
      WITH doc AS (
        SELECT i.id, i.tenant_id, i.month, i.currency, billing.coin(c.minor_digits) AS coin, f.tax_kind,
          COALESCE(f.tax_basis_points, 0) AS tax_basis_points, f.tax_note
        FROM unnest(CAST(:ids AS uuid[])) AS a(id)
        CROSS JOIN LATERAL (
          SELECT * FROM billing.invoice d WHERE d.id = a.id AND d.state = 'DRAFT' AND d.kind = 'INVOICE' OFFSET 0) i
        JOIN billing.currency c ON c.code = i.currency
        LEFT JOIN billing.profile f USING (tenant_id)),
      sums AS (
        SELECT d.id, l.* FROM doc d CROSS JOIN LATERAL (
          SELECT sum(l.amount_pico) AS exact, sum(l.amount) AS net,
            COALESCE(sum(l.amount_pico) FILTER (WHERE l.charged_to = 'BALANCE'), 0) AS balance,
            COALESCE(sum(l.amount_pico) FILTER (WHERE l.charged_to = 'INVOICE'), 0) AS demanded
          FROM billing.invoice_line l WHERE l.invoice_id = d.id) l
        WHERE l.net IS NOT NULL),
      money AS MATERIALIZED (
        SELECT d.*, s.exact, s.net, s.balance, s.demanded, billing.half_even(s.net * d.tax_basis_points, 10000) AS tax,
          COALESCE((
            SELECT sum(i.balance_pico) FROM billing.invoice i
            WHERE i.tenant_id = d.tenant_id AND i.currency = d.currency AND i.kind = 'INVOICE' AND i.state <> 'VOID'
              AND (i.month < d.month OR (i.month > d.month AND i.state <> 'DRAFT'))), 0) + s.balance AS taken,
          COALESCE((
            SELECT sum(t.amount) FROM billing.account a JOIN billing.transfer t ON t.credit_account = a.id
            WHERE a.tenant_id = d.tenant_id AND a.kind = 'MONEY' AND a.unit = d.currency), 0)
          - COALESCE((
            SELECT sum(t.amount) FROM billing.account a JOIN billing.transfer t ON t.debit_account = a.id
            WHERE a.tenant_id = d.tenant_id AND a.kind = 'MONEY' AND a.unit = d.currency AND t.reason = 'PAYMENT_OF_USAGE'), 0)
            AS received,
          COALESCE((
            SELECT sum(i.usage_due_pico - COALESCE((
              SELECT sum(e.moved_pico) FROM billing.invoice_settlement e WHERE e.invoice_id = i.id), 0))
            FROM billing.invoice i
            WHERE i.tenant_id = d.tenant_id AND i.currency = d.currency AND i.kind = 'INVOICE'
              AND i.state <> 'VOID' AND i.state <> 'DRAFT' AND i.usage_due_pico > 0), 0) AS awaited,
          COALESCE((
            SELECT sum(m.amount) FROM billing.credit_movement m
            WHERE m.tenant_id = d.tenant_id AND m.currency = d.currency), 0) AS credit
        FROM doc d JOIN sums s USING (id)),
      owed AS MATERIALIZED (
        SELECT m.*, LEAST(GREATEST(taken - received - awaited, 0), GREATEST(balance, 0)) AS usage_due FROM money m),
      payable AS MATERIALIZED (
        SELECT o.*, billing.half_even(usage_due + demanded + tax * coin, coin) AS payable FROM owed o),
      demand AS (
        SELECT p.*, LEAST(GREATEST(payable, 0), credit) AS off_due, net + tax - payable AS prepaid,
          div(GREATEST(balance, 0) - usage_due, coin) AS from_balance
        FROM payable p),
      due AS (
        SELECT d.*, GREATEST(payable, 0) - off_due AS due,
          GREATEST(LEAST(credit - off_due, from_balance, prepaid), 0) AS given_back
        FROM demand d)
      UPDATE billing.invoice i
      SET exact_pico = p.exact, balance_pico = p.balance, net = p.net, tax_kind = p.tax_kind,
        tax_basis_points = p.tax_basis_points, tax_note = p.tax_note, tax = p.tax, total = p.net + p.tax,
        prepaid = p.prepaid - p.given_back, credit_applied = p.off_due + p.given_back, credit_carried = GREATEST(-p.payable, 0),
        due = p.due, usage_due_pico = LEAST(p.usage_due, p.due * p.coin),
        released_pico = p.usage_due - LEAST(p.usage_due, p.due * p.coin) + p.given_back * p.coin
      FROM due p WHERE i.id = p.id
      """;

  private final JdbcClient jdbc;

  JdbcTotalsStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void settle(List<UUID> drafts) {
    jdbc.sql(SETTLE_TOTALS).param("ids", SqlArray.of(drafts)).update();
  }
}
