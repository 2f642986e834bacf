-- Money: dated catalogue and contracts, accounts with append-only transfers, funds with leases, settled usage.
CREATE SCHEMA billing;

-- Refuses a change of rows that are history. ENABLE ALWAYS below keeps it in force under session_replication_role too.
CREATE FUNCTION billing.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;

-- Tells every instance, on commit, what to read again.
CREATE FUNCTION billing.announce_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('tollgate_changes', 'prices');
  RETURN NULL;
END $$;

CREATE FUNCTION billing.announce_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('tollgate_changes', 'contracts:' || COALESCE(NEW.tenant_id, OLD.tenant_id));
  RETURN NULL;
END $$;

-- Catalogue ---------------------------------------------------------------------------------------------------------

CREATE TABLE billing.plan (
  name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9-]{0,62}$'),
  free_tokens_per_month bigint NOT NULL CHECK (free_tokens_per_month >= 0)
);

CREATE TABLE billing.price (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model text NOT NULL CHECK (model <> ''),
  region text NOT NULL CHECK (region <> ''),
  token_class text NOT NULL CHECK (token_class IN ('INPUT', 'INPUT_CACHED', 'OUTPUT')),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  effective tstzrange NOT NULL CHECK (NOT isempty(effective) AND lower_inc(effective) AND NOT upper_inc(effective)),
  pico_per_token bigint NOT NULL CHECK (pico_per_token >= 0),
  EXCLUDE USING gist (model WITH =, region WITH =, token_class WITH =, currency WITH =, effective WITH &&)
);
COMMENT ON TABLE billing.price IS
  'List prices. ''*'' as model or region is the default; a specific model wins, then a specific region.';

-- A price that is or was in force stays as it is; only its end may be set, and not into the past.
CREATE FUNCTION billing.guard_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF lower(OLD.effective) > now() THEN
    RETURN COALESCE(NEW, OLD);
  END IF;
  IF TG_OP = 'UPDATE'
    AND (NEW.id, NEW.model, NEW.region, NEW.token_class, NEW.currency, NEW.pico_per_token, lower(NEW.effective))
      = (OLD.id, OLD.model, OLD.region, OLD.token_class, OLD.currency, OLD.pico_per_token, lower(OLD.effective))
    AND COALESCE(upper(OLD.effective), 'infinity') > now()
    AND COALESCE(upper(NEW.effective), 'infinity') >= now() THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Price % is in force since % and may only be given an end', OLD.id, lower(OLD.effective)
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON billing.price FOR EACH ROW EXECUTE FUNCTION billing.guard_price();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.price EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON billing.price EXECUTE FUNCTION billing.announce_prices();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON billing.plan EXECUTE FUNCTION billing.announce_prices();

-- Contracts ---------------------------------------------------------------------------------------------------------

CREATE TABLE billing.contract (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  plan text NOT NULL REFERENCES billing.plan,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  zone text NOT NULL,
  discount_basis_points int NOT NULL DEFAULT 0 CHECK (discount_basis_points BETWEEN 0 AND 10000),
  credit_limit numeric(38,0) NOT NULL DEFAULT 0 CHECK (credit_limit >= 0),
  free_tokens_per_month bigint NOT NULL CHECK (free_tokens_per_month >= 0),
  effective tstzrange NOT NULL CHECK (NOT isempty(effective) AND lower_inc(effective) AND NOT upper_inc(effective)
    AND NOT lower_inf(effective)),
  EXCLUDE USING gist (tenant_id WITH =, effective WITH &&)
);

-- A discounted rate must be a whole number of pico-units (money rule 1), whichever of the two rows comes last.
CREATE FUNCTION billing.refuse_fractional_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'contract' THEN
    PERFORM FROM billing.price p
      WHERE p.currency = NEW.currency AND p.effective && NEW.effective
        AND p.pico_per_token::numeric * (10000 - NEW.discount_basis_points) % 10000 <> 0;
  ELSE
    PERFORM FROM billing.contract c
      WHERE c.currency = NEW.currency AND c.effective && NEW.effective
        AND NEW.pico_per_token::numeric * (10000 - c.discount_basis_points) % 10000 <> 0;
  END IF;
  IF FOUND THEN
    RAISE EXCEPTION 'The discounted rate is not a whole number of pico-units' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER whole_rates BEFORE INSERT OR UPDATE ON billing.contract
  FOR EACH ROW EXECUTE FUNCTION billing.refuse_fractional_rate();
CREATE TRIGGER whole_rates BEFORE INSERT OR UPDATE ON billing.price
  FOR EACH ROW EXECUTE FUNCTION billing.refuse_fractional_rate();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON billing.contract
  FOR EACH ROW EXECUTE FUNCTION billing.announce_contract();

-- Ledger ------------------------------------------------------------------------------------------------------------

-- Every account belongs to one tenant, so no row is shared by all tenants' settlements.
CREATE TABLE billing.account (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN
    ('MONEY', 'FREE_ALLOWANCE', 'CASH', 'REVENUE', 'ALLOWANCE_GRANTED', 'ALLOWANCE_USED', 'LOSS')),
  unit text NOT NULL CHECK (unit = 'TOKEN' OR unit ~ '^[A-Z]{3}$'),
  valid_from timestamptz,
  opened_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (tenant_id, kind, unit, valid_from),
  UNIQUE (id, unit),
  CHECK ((kind = 'FREE_ALLOWANCE') = (valid_from IS NOT NULL))
);
COMMENT ON COLUMN billing.account.unit IS 'A currency, counted in 10^-12 of it, or TOKEN';

-- One row moves one amount from one account to another, so every transfer sums to zero by construction; the
-- two foreign keys over (id, unit) let none change its unit on the way.
CREATE TABLE billing.transfer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  batch uuid NOT NULL,
  debit_account bigint NOT NULL,
  credit_account bigint NOT NULL,
  amount numeric(38,0) NOT NULL CHECK (amount > 0),
  unit text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('TOP_UP', 'ALLOWANCE', 'USAGE', 'USAGE_LATE', 'USAGE_UNFUNDED')),
  reference text CHECK (length(reference) <= 100),
  posted_at timestamptz NOT NULL DEFAULT now(),
  CHECK (debit_account <> credit_account),
  FOREIGN KEY (debit_account, unit) REFERENCES billing.account (id, unit),
  FOREIGN KEY (credit_account, unit) REFERENCES billing.account (id, unit)
);
CREATE UNIQUE INDEX transfer_top_up_once ON billing.transfer (credit_account, reference) WHERE reason = 'TOP_UP';
CREATE INDEX transfer_debit ON billing.transfer (debit_account, id);
CREATE INDEX transfer_credit ON billing.transfer (credit_account, id);

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.transfer
  EXECUTE FUNCTION billing.refuse_change();
ALTER TABLE billing.transfer ENABLE ALWAYS TRIGGER refuse_change;

-- The spendable accounts. The CHECKs are the last line of defence for "never overspent" (money rule 2):
-- what is leased to instances is always covered. Half-filled pages keep the updates of hot rows in place.
CREATE TABLE billing.fund (
  account_id bigint PRIMARY KEY REFERENCES billing.account,
  tenant_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('MONEY', 'FREE_ALLOWANCE')),
  unit text NOT NULL,
  balance numeric(38,0) NOT NULL DEFAULT 0,
  leased numeric(38,0) NOT NULL DEFAULT 0,
  credit_limit numeric(38,0) NOT NULL DEFAULT 0,
  valid_from timestamptz NOT NULL DEFAULT '-infinity',
  valid_until timestamptz NOT NULL DEFAULT 'infinity',
  drawn_into bigint NOT NULL REFERENCES billing.account,
  covered_by bigint NOT NULL REFERENCES billing.account,
  CONSTRAINT leased_not_negative CHECK (leased >= 0),
  CONSTRAINT credit_limit_not_negative CHECK (credit_limit >= 0),
  CONSTRAINT never_overspent CHECK (balance + credit_limit >= leased),
  CONSTRAINT no_credit_in_tokens CHECK (kind = 'MONEY' OR credit_limit = 0),
  -- A grant that recurs must not be counted twice where a tenant's time zone changes.
  CONSTRAINT one_allowance_at_a_time EXCLUDE USING gist
    (tenant_id WITH =, tstzrange(valid_from, valid_until) WITH &&) WHERE (kind = 'FREE_ALLOWANCE')
) WITH (fillfactor = 50);
CREATE INDEX fund_tenant ON billing.fund (tenant_id);
COMMENT ON COLUMN billing.fund.drawn_into IS 'The account that settled usage moves to: the tenant''s revenue, or allowance used';
COMMENT ON COLUMN billing.fund.covered_by IS 'The operator''s loss account for usage that a lost lease no longer covers';

-- Leases ------------------------------------------------------------------------------------------------------------

-- One row per registration of a gateway instance. An instance whose row is gone has lost its leases and comes
-- back under a new epoch, so nothing of the old one can be mistaken for the new one's.
CREATE TABLE billing.instance (
  epoch bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
);

CREATE TABLE billing.lease (
  epoch bigint NOT NULL REFERENCES billing.instance,
  account_id bigint NOT NULL REFERENCES billing.fund,
  granted numeric(38,0) NOT NULL CHECK (granted >= 0),
  PRIMARY KEY (epoch, account_id)
) WITH (fillfactor = 50);
CREATE INDEX lease_account ON billing.lease (account_id);

-- Usage -------------------------------------------------------------------------------------------------------------

-- ADR 0003: partitioned by the request id itself, whose order is time, so that the id alone is unique.
CREATE TABLE billing.usage (
  request_id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  project_id uuid NOT NULL,
  key_id uuid NOT NULL,
  contract_id bigint NOT NULL,
  model text NOT NULL,
  region text NOT NULL,
  endpoint text NOT NULL,
  backend text,
  outcome text NOT NULL CHECK (outcome IN
    ('COMPLETED', 'LENGTH', 'FUNDS_EXHAUSTED', 'CLIENT_DISCONNECTED', 'BACKEND_FAILED')),
  input_tokens bigint NOT NULL CHECK (input_tokens >= 0),
  cached_input_tokens bigint NOT NULL CHECK (cached_input_tokens >= 0),
  output_tokens bigint NOT NULL CHECK (output_tokens >= 0),
  currency text NOT NULL,
  amount_pico bigint NOT NULL CHECK (amount_pico >= 0),
  free_tokens bigint NOT NULL CHECK (free_tokens >= 0),
  lines jsonb NOT NULL,
  arrived_at timestamptz NOT NULL,
  first_token_at timestamptz,
  completed_at timestamptz NOT NULL,
  settled_at timestamptz NOT NULL DEFAULT now(),
  epoch bigint NOT NULL,
  batch uuid NOT NULL,
  PRIMARY KEY (request_id),
  CHECK (outcome <> 'BACKEND_FAILED' OR (amount_pico = 0 AND free_tokens = 0))
) PARTITION BY RANGE (request_id);
CREATE INDEX usage_key ON billing.usage (tenant_id, key_id, request_id);
COMMENT ON COLUMN billing.usage.lines IS
  'How the amount came about: token class, account drawn from, tokens, price row, unit price and amount (for an allowance 1 and tokens)';

CREATE TABLE billing.usage_default PARTITION OF billing.usage DEFAULT;

-- Row triggers reach the partitions by inheritance, also where a partition is named directly.
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON billing.usage
  FOR EACH ROW EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.usage EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.usage_default EXECUTE FUNCTION billing.refuse_change();

-- The smallest UUID of version 7 at or after an instant, to the millisecond.
CREATE FUNCTION billing.first_request_id(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid;

-- Creates the partitions of the current month (UTC) and as many following ones; repeating it changes nothing.
CREATE FUNCTION billing.create_usage_partitions(following int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  -- Without a zone, so that the session's own zone has no say in where a month begins.
  month timestamp;
  name text;
  created int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('billing.create_usage_partitions', 0));
  FOR i IN 0..following LOOP
    month := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i);
    name := 'usage_' || to_char(month, 'YYYY_MM');
    IF to_regclass('billing.' || name) IS NULL THEN
      EXECUTE format('CREATE TABLE billing.%I PARTITION OF billing.usage FOR VALUES FROM (%L) TO (%L)', name,
        billing.first_request_id(month AT TIME ZONE 'UTC'),
        billing.first_request_id((month + interval '1 month') AT TIME ZONE 'UTC'));
      EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.%I
        EXECUTE FUNCTION billing.refuse_change()', name);
      created := created + 1;
    END IF;
  END LOOP;
  RETURN created;
END $$;

SELECT billing.create_usage_partitions(2);

-- Seed: the published list (docs/money-rules.md). Every model costs this until a row of its own says otherwise.
INSERT INTO billing.plan (name, free_tokens_per_month) VALUES ('pay-as-you-go', 100000);
INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token) VALUES
  ('*', '*', 'INPUT', 'USD', '[2025-01-01T00:00:00Z,)', 3000000),
  ('*', '*', 'INPUT_CACHED', 'USD', '[2025-01-01T00:00:00Z,)', 300000),
  ('*', '*', 'OUTPUT', 'USD', '[2025-01-01T00:00:00Z,)', 6000000);

-- Reconciliation (money rule 8): a row for each two sums that should be equal and are not.
CREATE VIEW billing.reconciliation AS
WITH moved AS (
  SELECT account_id, sum(credit) - sum(debit) AS balance
  FROM (
    SELECT credit_account AS account_id, amount AS credit, 0 AS debit FROM billing.transfer
    UNION ALL
    SELECT debit_account, 0, amount FROM billing.transfer) both_sides
  GROUP BY account_id),
used AS (
  SELECT tenant_id, currency AS unit, sum(amount_pico) AS amount FROM billing.usage GROUP BY 1, 2
  UNION ALL
  SELECT tenant_id, 'TOKEN', sum(free_tokens) FROM billing.usage GROUP BY 1),
earned AS (
  SELECT a.tenant_id, a.unit, sum(COALESCE(m.balance, 0)) AS amount
  FROM billing.account a LEFT JOIN moved m ON m.account_id = a.id
  WHERE a.kind IN ('REVENUE', 'ALLOWANCE_USED') GROUP BY 1, 2),
checks AS (
  SELECT COALESCE(u.tenant_id, e.tenant_id) AS tenant_id, 'usage = ledger' AS checked,
    COALESCE(u.unit, e.unit) AS unit, COALESCE(u.amount, 0) AS expected, COALESCE(e.amount, 0) AS found
  FROM used u FULL JOIN earned e ON e.tenant_id = u.tenant_id AND e.unit = u.unit
  UNION ALL
  SELECT f.tenant_id, 'ledger = balance of ' || f.kind || ' ' || f.account_id, f.unit, COALESCE(m.balance, 0), f.balance
  FROM billing.fund f LEFT JOIN moved m USING (account_id)
  UNION ALL
  SELECT f.tenant_id, 'leases = leased of ' || f.kind || ' ' || f.account_id, f.unit,
    COALESCE((SELECT sum(l.granted) FROM billing.lease l WHERE l.account_id = f.account_id), 0), f.leased
  FROM billing.fund f)
SELECT tenant_id, checked, unit, expected, found FROM checks WHERE expected <> found;
