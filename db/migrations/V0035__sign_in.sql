-- How people sign in, their sessions, and what their pages need to change something once.
CREATE TABLE gateway.credential (
  person_id      uuid PRIMARY KEY REFERENCES tenants.person,
  -- Argon2id with its parameters and salt; null until one is chosen.
  password       text,
  -- Sealed under a key made from the pepper; null while no app is set up.
  totp_secret    bytea,
  -- The last time step whose code was accepted: a code counts once.
  totp_last_step bigint NOT NULL DEFAULT 0
);

CREATE TABLE gateway.session (
  id           uuid PRIMARY KEY,
  -- SHA-256 of the cookie: who reads the table cannot sign in with it.
  secret_hash  bytea NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
  person_id    uuid NOT NULL REFERENCES tenants.person,
  -- Between password and second factor: good for nothing else.
  half_way     boolean NOT NULL,
  -- How it began, and from which browser, for its owner to recognise.
  method       text NOT NULL CHECK (method IN ('LINK', 'PASSWORD', 'PASSKEY', 'INVITATION')),
  agent        text NOT NULL CHECK (char_length(agent) <= 200),
  created_at   timestamptz NOT NULL,
  used_at      timestamptz NOT NULL,
  -- When its owner last proved to be there.
  confirmed_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL
);
CREATE INDEX session_person ON gateway.session (person_id);
CREATE INDEX session_end ON gateway.session (expires_at);

CREATE TABLE gateway.sign_in_link (
  secret_hash bytea PRIMARY KEY CHECK (octet_length(secret_hash) = 32),
  person_id   uuid NOT NULL REFERENCES tenants.person,
  expires_at  timestamptz NOT NULL
);

-- Attempts at a password, a code or a link, by whom and from where; counted over a quarter of an hour.
CREATE TABLE gateway.sign_in_attempt (
  subject text NOT NULL CHECK (char_length(subject) <= 300),
  at      timestamptz NOT NULL
);
CREATE INDEX sign_in_attempt_subject ON gateway.sign_in_attempt (subject, at);
CREATE INDEX sign_in_attempt_age ON gateway.sign_in_attempt (at);

CREATE TABLE gateway.passkey (
  credential_id    bytea PRIMARY KEY,
  person_id        uuid NOT NULL REFERENCES tenants.person,
  label            text NOT NULL CHECK (char_length(label) <= 100 AND btrim(label) <> ''),
  public_key       bytea NOT NULL,
  signature_count  bigint NOT NULL,
  uv_initialized   boolean NOT NULL,
  backup_eligible  boolean NOT NULL,
  backup_state     boolean NOT NULL,
  transports       text[] NOT NULL,
  attestation      bytea,
  client_data      bytea,
  created_at       timestamptz NOT NULL,
  last_used_at     timestamptz NOT NULL
);
CREATE INDEX passkey_person ON gateway.passkey (person_id);

-- A challenge that a passkey is to answer, once.
CREATE TABLE gateway.passkey_challenge (
  id_hash    bytea PRIMARY KEY CHECK (octet_length(id_hash) = 32),
  -- Who registers one; null where somebody signs in.
  person_id  uuid REFERENCES tenants.person,
  challenge  bytea NOT NULL,
  expires_at timestamptz NOT NULL
);

-- Forms that were sent, so that sending one twice does it once.
CREATE TABLE gateway.submitted_form (
  person_id uuid NOT NULL REFERENCES tenants.person,
  form_id   uuid NOT NULL,
  at        timestamptz NOT NULL,
  -- Where the first one led; null only inside the transaction that does it.
  location  text,
  PRIMARY KEY (person_id, form_id)
);
CREATE INDEX submitted_form_age ON gateway.submitted_form (at);

-- Secrets that were just made, to be shown to who made them and to nobody else.
CREATE TABLE gateway.shown_secret (
  session_id uuid NOT NULL REFERENCES gateway.session ON DELETE CASCADE,
  subject    text NOT NULL CHECK (char_length(subject) <= 100),
  -- Encrypted under a key made from the session's cookie.
  sealed     bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (session_id, subject)
);

-- What people change in the console stands in the same log as what tokens change.
ALTER TABLE gateway.audit ALTER COLUMN token_id DROP NOT NULL;
ALTER TABLE gateway.audit ADD COLUMN person_id uuid;
ALTER TABLE gateway.audit ADD CONSTRAINT one_author CHECK (num_nonnulls(token_id, person_id) = 1);
COMMENT ON COLUMN gateway.audit.person_id IS 'The person who was signed in; null where a token was used';

-- Packs that tenants ordered and pay by other means than their balance. The pack is bought when the payment is there.
CREATE TABLE gateway.pack_order (
  id           uuid PRIMARY KEY,
  tenant_id    uuid NOT NULL REFERENCES tenants.tenant,
  ordered_by   uuid NOT NULL REFERENCES tenants.person,
  ordered_at   timestamptz NOT NULL,
  -- Either is null: so many pack tokens, or as many as so many pico-units buy.
  pack_tokens  bigint CHECK (pack_tokens > 0),
  worth_pico   bigint CHECK (worth_pico > 0),
  currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  provider     text NOT NULL CHECK (provider ~ '^[a-z][a-z0-9-]{0,30}$'),
  state        text NOT NULL CHECK (state IN ('OPEN', 'PAID', 'CANCELLED')),
  ended_at     timestamptz,
  CHECK (num_nonnulls(pack_tokens, worth_pico) = 1),
  CHECK ((state = 'OPEN') = (ended_at IS NULL))
);
CREATE INDEX pack_order_of_tenant ON gateway.pack_order (tenant_id, id);
CREATE INDEX pack_order_open ON gateway.pack_order (id) WHERE state = 'OPEN';
