-- A tenant whose drafts cannot be written waits beside the others, which go on, until somebody has mended what is wrong.
ALTER TABLE billing.period
  ADD COLUMN set_aside text CHECK (set_aside <> ''),
  ADD COLUMN retry_at timestamptz,
  ADD CHECK ((set_aside IS NULL) = (retry_at IS NULL));
COMMENT ON COLUMN billing.period.set_aside IS 'Why its drafts could not be written, if that failed when it was last tried';
COMMENT ON COLUMN billing.period.retry_at IS 'From when on the close tries it again';
