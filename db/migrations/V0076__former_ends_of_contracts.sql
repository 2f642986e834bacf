-- When a contract that is planned is withdrawn, the one before it goes on as long as it would have: until its former end.

ALTER TABLE billing.contract ADD COLUMN former_end timestamptz;
COMMENT ON COLUMN billing.contract.former_end IS
  'When the contract that was cut where this one begins would have ended, infinity for never; null if none was cut';

-- What was planned before went on without an end.
UPDATE billing.contract c SET former_end = 'infinity'
WHERE lower(c.effective) > now() AND EXISTS (
  SELECT FROM billing.contract b WHERE b.tenant_id = c.tenant_id AND upper(b.effective) = lower(c.effective));
