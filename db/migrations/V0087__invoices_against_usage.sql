-- Invoices against usage, the last equation of money rule 8: what closes took up of the roll-ups, up to the tenant's last month
-- that is drafted, against the usage on its invoices in force. Roll-ups and lines are as many as what they tell apart, however
-- much was used. A row for each two sums that should be equal and are not.
CREATE VIEW billing.invoice_reconciliation AS
WITH billed_until AS (
  SELECT DISTINCT ON (p.tenant_id) p.tenant_id, p.month, p.close_id, upper(p.span) AS until, c.cut_at, (
    SELECT count(DISTINCT k.zone) FROM billing.contract k WHERE k.tenant_id = p.tenant_id) > 1 AS moved
  FROM billing.period p JOIN billing.close c ON c.id = p.close_id
  WHERE p.state = 'DRAFTED' ORDER BY p.tenant_id, p.month DESC),
-- Periods of a tenant follow one another without gaps, in time and from cut to cut (ADR 0011), so they took up all that
-- arrived before the end of the last and was settled before its cut, on time or late.
rolled_up AS (
  SELECT r.tenant_id, a.unit, sum(r.amount) AS amount
  FROM billed_until b JOIN billing.usage_month r ON r.tenant_id = b.tenant_id AND r.month <= b.month AND r.cut < b.close_id
  JOIN billing.account a ON a.id = r.account_id
  WHERE NOT b.moved GROUP BY 1, 2),
-- Roll-ups do not know the months of a tenant that has ever changed its zone (ADR 0015). There are few, so their usage is
-- looked up tenant by tenant, and all others' is left alone.
added_up AS (
  SELECT b.tenant_id, u.*
  FROM billed_until b CROSS JOIN LATERAL (
    SELECT d.currency AS unit, sum(d.amount_pico) AS amount, sum(d.free_tokens) AS free, sum(d.pack_millitokens) AS packs
    FROM billing.usage d
    WHERE d.tenant_id = b.tenant_id AND d.arrived_at < b.until AND d.settled_at < b.cut_at GROUP BY 1) u
  WHERE b.moved),
used AS (
  SELECT tenant_id, unit, amount FROM rolled_up
  UNION ALL
  SELECT tenant_id, unit, amount FROM added_up
  UNION ALL
  SELECT tenant_id, 'TOKEN', sum(free) FROM added_up GROUP BY 1
  UNION ALL
  SELECT tenant_id, 'PACK', sum(packs) FROM added_up GROUP BY 1),
invoiced AS (
  SELECT i.tenant_id, a.unit, sum(l.fund_amount) AS amount
  FROM billing.invoice i JOIN billing.invoice_line l ON l.invoice_id = i.id JOIN billing.account a ON a.id = l.account_id
  WHERE i.kind = 'INVOICE' AND i.state <> 'VOID' AND l.kind = 'USAGE' GROUP BY 1, 2),
checks AS (
  SELECT COALESCE(u.tenant_id, i.tenant_id) AS tenant_id, 'usage = invoices' AS checked, COALESCE(u.unit, i.unit) AS unit,
    COALESCE(u.amount, 0) AS expected, COALESCE(i.amount, 0) AS found
  FROM used u FULL JOIN invoiced i ON i.tenant_id = u.tenant_id AND i.unit = u.unit)
SELECT tenant_id, checked, unit, expected, found FROM checks WHERE expected <> found;
