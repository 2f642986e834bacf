-- A month that is drafted anew long after its close takes off its own losses, not those of months since.

DROP VIEW billing.unbilled_loss;

-- Usage that the funds no longer covered is the operator's loss: it is shown, and taken off again. What months before took
-- off is none of this one's; and what any document in force took off already is not taken off twice, whichever of them a
-- loss that was posted late went to.
CREATE FUNCTION billing.unbilled_loss(of_tenant uuid, of_month date, until timestamptz)
  RETURNS TABLE (account_id bigint, currency text, amount numeric) LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT l.account_id, l.currency, l.amount
  FROM (
    SELECT a.id AS account_id, a.unit AS currency,
      LEAST(lost.in_time - COALESCE(waived.before, 0), lost.ever - COALESCE(waived.ever, 0)) AS amount
    FROM billing.account a
    CROSS JOIN LATERAL (
      SELECT sum(t.amount) AS ever, sum(t.amount) FILTER (WHERE t.posted_at < COALESCE(until, 'infinity')) AS in_time
      FROM billing.transfer t WHERE t.debit_account = a.id AND t.reason = 'USAGE_UNFUNDED') lost
    CROSS JOIN LATERAL (
      SELECT -sum(w.amount_pico) AS ever, -sum(w.amount_pico) FILTER (WHERE i.month < of_month) AS before
      FROM billing.invoice i JOIN billing.invoice_line w ON w.invoice_id = i.id
      WHERE i.tenant_id = a.tenant_id AND i.currency = a.unit AND i.kind = 'INVOICE' AND i.state <> 'VOID'
        AND w.kind = 'WAIVED') waived
    WHERE a.tenant_id = of_tenant AND a.kind = 'LOSS' AND a.unit NOT IN ('TOKEN', 'PACK')) l
  WHERE l.amount > 0;
END;
COMMENT ON FUNCTION billing.unbilled_loss IS
  'What no document has taken off yet of losses that were posted until an instant, or until now where that is null';
