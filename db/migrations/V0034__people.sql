-- People: who signs in, for the operator or for tenants, and who is asked to join.
CREATE TABLE tenants.person (
  id            uuid PRIMARY KEY,
  -- As it is typed to sign in, in lower case.
  email         text NOT NULL UNIQUE CHECK (email = lower(email) AND char_length(email) <= 254
                  AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  name          text NOT NULL CHECK (char_length(name) <= 100 AND btrim(name) <> ''),
  -- Null for who is no person of the operator.
  operator_role text CHECK (operator_role IN ('ADMIN', 'FINANCE', 'SUPPORT', 'AUDITOR')),
  created_at    timestamptz NOT NULL
);
CREATE INDEX person_of_operator ON tenants.person (operator_role) WHERE operator_role IS NOT NULL;

CREATE TABLE tenants.member (
  tenant_id uuid NOT NULL REFERENCES tenants.tenant,
  person_id uuid NOT NULL REFERENCES tenants.person,
  role      text NOT NULL CHECK (role IN ('OWNER', 'BILLING', 'DEVELOPER', 'VIEWER')),
  joined_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, person_id)
);
CREATE INDEX member_person ON tenants.member (person_id);

CREATE TABLE tenants.invitation (
  id          uuid PRIMARY KEY,
  -- Null for one to the operator's own people.
  tenant_id   uuid REFERENCES tenants.tenant,
  role        text NOT NULL,
  email       text NOT NULL CHECK (email = lower(email) AND char_length(email) <= 254),
  -- SHA-256 of the secret in the link.
  secret_hash bytea NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  -- Accepted or withdrawn; never deleted.
  ended_at    timestamptz,
  accepted_by uuid REFERENCES tenants.person,
  CHECK (accepted_by IS NULL OR ended_at IS NOT NULL),
  CHECK (role IN ('ADMIN', 'FINANCE', 'SUPPORT', 'AUDITOR') AND tenant_id IS NULL
    OR role IN ('OWNER', 'BILLING', 'DEVELOPER', 'VIEWER') AND tenant_id IS NOT NULL)
);
CREATE INDEX invitation_of_tenant ON tenants.invitation (tenant_id, id);
CREATE UNIQUE INDEX invitation_open_once ON tenants.invitation (tenant_id, email) NULLS NOT DISTINCT
  WHERE ended_at IS NULL;
