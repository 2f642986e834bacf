-- A refund pays out the credit that notes on its invoice left before it opens the invoice again: to the invoice it is as if
-- the note had come after the refund, and so taken off what is open.

ALTER TABLE billing.invoice_settlement
  DROP CONSTRAINT invoice_settlement_kind_check,
  ADD CONSTRAINT invoice_settlement_kind_check CHECK (kind IN ('PAYMENT', 'REFUND', 'CREDIT_NOTE', 'CREDIT'));
COMMENT ON COLUMN billing.invoice_settlement.kind IS
  'CREDIT: credit that notes on the invoice had left, used up by the refund of the same reference';
