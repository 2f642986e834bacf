-- The management API: who may call it, what was changed by whom, and answers kept for requests that are sent again.
CREATE SCHEMA IF NOT EXISTS gateway;

-- Tokens ------------------------------------------------------------------------------------------------------------

CREATE TABLE tenants.management_token (
  id          uuid PRIMARY KEY,
  -- Null for people of the operator.
  tenant_id   uuid REFERENCES tenants.tenant,
  role        text NOT NULL,
  name        text NOT NULL CHECK (char_length(name) <= 100 AND btrim(name) <> ''),
  -- HMAC-SHA-256 of the token under the server's pepper, as of API keys.
  token_hash  bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz,
  revoked_at  timestamptz,
  CHECK (role IN ('ADMIN', 'FINANCE', 'SUPPORT', 'AUDITOR') AND tenant_id IS NULL
    OR role IN ('OWNER', 'BILLING', 'DEVELOPER', 'VIEWER') AND tenant_id IS NOT NULL)
);
CREATE INDEX management_token_of_tenant ON tenants.management_token (tenant_id, id);
CREATE TRIGGER management_token_announced AFTER INSERT OR UPDATE OR DELETE ON tenants.management_token
  FOR EACH ROW EXECUTE FUNCTION tenants.announce('management_tokens');

-- Lists ask by these.
CREATE INDEX tenant_by_name ON tenants.tenant (name, id);
CREATE INDEX tenant_by_creation ON tenants.tenant (created_at, id);

-- Audit -------------------------------------------------------------------------------------------------------------

CREATE TABLE gateway.audit (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL,
  request_id  uuid NOT NULL,
  -- The token that was used, and how it was called then.
  token_id    uuid NOT NULL,
  actor       text NOT NULL,
  -- Null for what concerns no single tenant.
  tenant_id   uuid,
  action      text NOT NULL CHECK (action ~ '^[a-z-]+\.[a-z-]+$'),
  subject     text NOT NULL,
  before      jsonb,
  after       jsonb
);
COMMENT ON TABLE gateway.audit IS 'Every change that was made through the management API, in the transaction that made it';
CREATE INDEX audit_of_tenant ON gateway.audit (tenant_id, id);

CREATE FUNCTION gateway.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON gateway.audit
  EXECUTE FUNCTION gateway.refuse_change();
ALTER TABLE gateway.audit ENABLE ALWAYS TRIGGER refuse_change;

-- Kept answers ------------------------------------------------------------------------------------------------------

CREATE TABLE gateway.kept_answer (
  token_id        uuid NOT NULL,
  idempotency_key text NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 255),
  request_hash    bytea NOT NULL CHECK (octet_length(request_hash) = 32),
  created_at      timestamptz NOT NULL,
  -- Null only inside the transaction that makes the answer.
  answer          bytea,
  PRIMARY KEY (token_id, idempotency_key)
);
COMMENT ON COLUMN gateway.kept_answer.answer IS
  'Status, headers and body, encrypted under a key that only who sends the token again can make: answers hold secrets';
CREATE INDEX kept_answer_age ON gateway.kept_answer (created_at);

-- Contracts ---------------------------------------------------------------------------------------------------------

-- What was agreed stays as it is: only the credit limit, and the end, may be set. What has not begun may be withdrawn.
CREATE FUNCTION billing.guard_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND lower(OLD.effective) > now() THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE'
    AND (NEW.id, NEW.tenant_id, NEW.plan, NEW.currency, NEW.zone, NEW.free_tokens_per_month,
        NEW.committed_tokens_per_month, lower(NEW.effective))
      = (OLD.id, OLD.tenant_id, OLD.plan, OLD.currency, OLD.zone, OLD.free_tokens_per_month,
        OLD.committed_tokens_per_month, lower(OLD.effective))
    AND NEW.discount_basis_points = OLD.discount_basis_points THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Contract % is agreed since %: only its end and its credit limit may be set', OLD.id,
    lower(OLD.effective) USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON billing.contract
  FOR EACH ROW EXECUTE FUNCTION billing.guard_contract();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.contract EXECUTE FUNCTION billing.refuse_change();

-- Top-ups are listed by tenant.
CREATE INDEX transfer_top_ups ON billing.transfer (credit_account, id) WHERE reason = 'TOP_UP';
