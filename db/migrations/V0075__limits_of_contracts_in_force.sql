-- The credit limit of a tenant's money is that of the contract that has begun last in its currency, whoever writes it.

ALTER TABLE billing.fund
  ADD COLUMN agreed_from timestamptz,
  ADD CONSTRAINT agreed_from_check CHECK (agreed_from IS NULL OR kind = 'MONEY');
COMMENT ON COLUMN billing.fund.agreed_from IS
  'When the contract began whose limit is agreed_limit: a clock that is slow must not bring the one before it back';
