-- Long answers are kept compressed, so that what a model can write at a stretch is kept and not only its first megabyte.
ALTER TABLE gateway.idempotency ADD COLUMN unpacked_bytes integer CHECK (unpacked_bytes > 0);
COMMENT ON COLUMN gateway.idempotency.unpacked_bytes IS
  'How long the answer is whose body is kept as gzip members; null where it is kept as it left';
