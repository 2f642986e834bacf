-- A claim whose commit its gateway did not hear of stood in the way of every retry until that gateway ended: now the claim
-- says by whom it was made, and who does not know whether it was made can give it up.
ALTER TABLE gateway.idempotency ADD COLUMN attempt uuid;
COMMENT ON COLUMN gateway.idempotency.attempt IS
  'The id that the request had which runs or ran under the claim: that of the first attempt is request_id too';
