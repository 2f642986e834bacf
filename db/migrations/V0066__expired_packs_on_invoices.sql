-- An invoice shows what an expired pack had left, so that what was paid for it ends on a document, used or not.

ALTER TABLE billing.invoice_line
  DROP CONSTRAINT invoice_line_kind_check,
  ADD CONSTRAINT invoice_line_kind_check CHECK (kind IN
    ('USAGE', 'PACK', 'EXPIRED', 'SHORTFALL', 'WAIVED', 'SLA_CREDIT', 'ADJUSTMENT', 'CREDIT')),
  ADD CONSTRAINT expired_is_free CHECK (kind <> 'EXPIRED' OR (charged_to = 'NOTHING' AND account_id IS NOT NULL
    AND fund_amount > 0));
CREATE INDEX invoice_line_expired ON billing.invoice_line (account_id) WHERE kind = 'EXPIRED';
CREATE INDEX transfer_pack_expiry ON billing.transfer (debit_account) WHERE reason = 'PACK_EXPIRY';

-- What was written off packs and stands on no document in force yet. A pack that requests held may be written off in parts.
CREATE VIEW billing.unbilled_expiry AS
SELECT p.account_id, p.tenant_id, p.currency, p.reference, p.valid_until,
  written_off.amount - COALESCE(shown.amount, 0) AS millitokens
FROM billing.pack p
CROSS JOIN LATERAL (
  SELECT sum(t.amount) AS amount FROM billing.transfer t
  WHERE t.debit_account = p.account_id AND t.reason = 'PACK_EXPIRY') written_off
CROSS JOIN LATERAL (
  SELECT sum(l.fund_amount) AS amount FROM billing.invoice_line l JOIN billing.invoice i ON i.id = l.invoice_id
  WHERE l.kind = 'EXPIRED' AND l.account_id = p.account_id AND i.kind = 'INVOICE' AND i.state <> 'VOID') shown
WHERE written_off.amount > COALESCE(shown.amount, 0);

-- A draft asks what was paid for usage on credit so far. Few of the transfers from a tenant's money are that, and the others
-- are as many as its draws in all months.
CREATE INDEX transfer_payment_of_usage ON billing.transfer (debit_account) WHERE reason = 'PAYMENT_OF_USAGE';
