-- Checkpoints of running requests, and requests that a crash interrupted.

ALTER TABLE billing.usage
  DROP CONSTRAINT usage_outcome_check,
  ADD CONSTRAINT usage_outcome_check CHECK (outcome IN
    ('COMPLETED', 'LENGTH', 'FUNDS_EXHAUSTED', 'CLIENT_DISCONNECTED', 'BACKEND_FAILED', 'INTERRUPTED'));

-- How far requests have come that run for long: overwritten in place, removed with the settlement. None outlives the
-- epoch that it belongs to. Half-filled pages keep the updates in place.
CREATE TABLE billing.checkpoint (
  request_id uuid PRIMARY KEY,
  epoch bigint NOT NULL REFERENCES billing.instance,
  settlement bytea NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
CREATE INDEX checkpoint_epoch ON billing.checkpoint (epoch);
COMMENT ON COLUMN billing.checkpoint.settlement IS
  'What would be settled if the request ended now, in the layout of the settlement journal';

-- What became of the checkpoints of instances that died. Kept, because the request may still be settled in full: by the
-- journal of the dead instance, or by one that was taken for dead. Then the rest is billed, under an id of its own.
CREATE TABLE billing.interruption (
  request_id uuid PRIMARY KEY,
  epoch bigint NOT NULL,
  settlement bytea NOT NULL,
  interrupted_at timestamptz NOT NULL DEFAULT now(),
  refused text,
  remainder_id uuid UNIQUE
);
COMMENT ON COLUMN billing.interruption.refused IS
  'Why the checkpoint could not be settled; null where it was, under the request id with the outcome INTERRUPTED';
COMMENT ON COLUMN billing.interruption.remainder_id IS
  'The usage row that bills what the request used beyond its checkpoint';
