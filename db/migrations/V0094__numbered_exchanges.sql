-- Exchanges of leases are numbered (ADR 0038): a grant or return that is still on its way when its instance has given up
-- waiting for it comes to nothing once a later exchange went through, and what was supplied in all tells, whatever usage
-- drew meanwhile, which of them did.

ALTER TABLE billing.lease
  ADD COLUMN supplied numeric(38,0) NOT NULL DEFAULT 0,
  ADD COLUMN exchange bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN billing.lease.supplied IS
  'All that was granted less all that was given back; what was drawn is in it. Not kept of epochs before V0094';
COMMENT ON COLUMN billing.lease.exchange IS 'The number of the last exchange; those with lower ones are refused';
