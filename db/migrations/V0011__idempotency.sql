-- Requests that came with an Idempotency-Key: claimed before they run, kept with their answer for a day.
CREATE TABLE gateway.idempotency (
  key_id          uuid NOT NULL,
  idempotency_key text NOT NULL CHECK (char_length(idempotency_key) BETWEEN 1 AND 255),
  tenant_id       uuid NOT NULL,
  -- SHA-256 of the address and the body.
  fingerprint     bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
  -- What it is billed under, whoever runs it and however often.
  request_id      uuid NOT NULL,
  -- RUNNING: on the instance of that epoch, or given up by it where there is none.
  epoch           bigint,
  state           text NOT NULL CHECK (state IN ('RUNNING', 'DONE', 'ABANDONED')),
  content_type    text,
  -- Null where the answer was too long to be kept.
  body            bytea,
  body_bytes      integer NOT NULL DEFAULT 0 CHECK (body_bytes >= 0),
  claimed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at      timestamptz NOT NULL,
  PRIMARY KEY (key_id, idempotency_key),
  CHECK (body IS NULL OR (state = 'DONE' AND content_type IS NOT NULL AND body_bytes = octet_length(body)))
);
CREATE INDEX idempotency_expiry ON gateway.idempotency (expires_at);
CREATE INDEX idempotency_tenant ON gateway.idempotency (tenant_id) INCLUDE (body_bytes);
