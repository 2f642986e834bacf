-- Prepaid packs: offers as dated data, a fund account per pack, what became of its tokens.

-- Accounts of a kind of which a tenant has many at a time are told apart by their subject: a pack's by its reference.
ALTER TABLE billing.account
  ADD COLUMN subject text,
  DROP CONSTRAINT account_kind_check,
  DROP CONSTRAINT account_unit_check,
  DROP CONSTRAINT account_check,
  DROP CONSTRAINT account_tenant_id_kind_unit_valid_from_key,
  ADD CONSTRAINT account_kind_check CHECK (kind IN
    ('MONEY', 'FREE_ALLOWANCE', 'PACK', 'CASH', 'REVENUE', 'PACK_REVENUE', 'ALLOWANCE_GRANTED', 'ALLOWANCE_USED',
      'PACK_SOLD', 'PACK_USED', 'PACK_EXPIRED', 'LOSS')),
  ADD CONSTRAINT account_unit_check CHECK (unit IN ('TOKEN', 'PACK') OR unit ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT account_valid_from_check CHECK ((kind IN ('FREE_ALLOWANCE', 'PACK')) = (valid_from IS NOT NULL)),
  ADD CONSTRAINT account_subject_check CHECK ((kind = 'PACK') = (subject IS NOT NULL)),
  ADD CONSTRAINT account_once UNIQUE NULLS NOT DISTINCT (tenant_id, kind, unit, valid_from, subject);
COMMENT ON COLUMN billing.account.unit IS
  'A currency, counted in 10^-12 of it, or TOKEN, or PACK, counted in thousandths of a pack token';

ALTER TABLE billing.transfer
  DROP CONSTRAINT transfer_reason_check,
  ADD CONSTRAINT transfer_reason_check CHECK (reason IN ('TOP_UP', 'ALLOWANCE', 'USAGE', 'USAGE_LATE', 'USAGE_UNFUNDED',
    'PACK_PAYMENT', 'PACK_SALE', 'PACK_EXPIRY'));

ALTER TABLE billing.fund
  DROP CONSTRAINT fund_kind_check,
  ADD CONSTRAINT fund_kind_check CHECK (kind IN ('MONEY', 'FREE_ALLOWANCE', 'PACK'));
CREATE INDEX fund_pack_expiry ON billing.fund (valid_until) WHERE kind = 'PACK' AND balance > 0;

ALTER TABLE billing.usage
  ADD COLUMN pack_millitokens bigint NOT NULL DEFAULT 0 CHECK (pack_millitokens >= 0),
  DROP CONSTRAINT usage_check,
  ADD CONSTRAINT usage_check
    CHECK (outcome <> 'BACKEND_FAILED' OR (amount_pico = 0 AND free_tokens = 0 AND pack_millitokens = 0));
COMMENT ON COLUMN billing.usage.lines IS
  'How the amount came about: token class, account drawn from, tokens, price row, unit price and amount '
  '(for an allowance 1 and tokens, for a pack the deduction coefficient in thousandths and thousandths of a pack token)';

-- Offers ------------------------------------------------------------------------------------------------------------

CREATE TABLE billing.pack_offer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  counted_in text NOT NULL CHECK (counted_in IN ('TOKENS', 'MONEY')),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  effective tstzrange NOT NULL CHECK (NOT isempty(effective) AND lower_inc(effective) AND NOT upper_inc(effective)),
  pico_per_pack_token bigint NOT NULL CHECK (pico_per_pack_token > 0),
  minimum bigint NOT NULL CHECK (minimum > 0),
  months int NOT NULL CHECK (months BETWEEN 1 AND 120),
  EXCLUDE USING gist (counted_in WITH =, currency WITH =, effective WITH &&)
);
COMMENT ON COLUMN billing.pack_offer.minimum IS 'In pack tokens, or for a money pack in 10^-12 of the currency';

-- An offer that is or was in force stays as it is; only its end may be set, and not into the past.
CREATE FUNCTION billing.guard_pack_offer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF lower(OLD.effective) > now() THEN
    RETURN COALESCE(NEW, OLD);
  END IF;
  IF TG_OP = 'UPDATE'
    AND (NEW.id, NEW.counted_in, NEW.currency, NEW.pico_per_pack_token, NEW.minimum, NEW.months, lower(NEW.effective))
      = (OLD.id, OLD.counted_in, OLD.currency, OLD.pico_per_pack_token, OLD.minimum, OLD.months, lower(OLD.effective))
    AND COALESCE(upper(OLD.effective), 'infinity') > now()
    AND COALESCE(upper(NEW.effective), 'infinity') >= now() THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Pack offer % is in force since % and may only be given an end', OLD.id, lower(OLD.effective)
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON billing.pack_offer
  FOR EACH ROW EXECUTE FUNCTION billing.guard_pack_offer();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.pack_offer EXECUTE FUNCTION billing.refuse_change();

-- Packs -------------------------------------------------------------------------------------------------------------

CREATE TABLE billing.pack (
  account_id bigint PRIMARY KEY REFERENCES billing.fund,
  tenant_id uuid NOT NULL,
  reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
  offer_id bigint NOT NULL REFERENCES billing.pack_offer,
  payment text NOT NULL CHECK (payment IN ('BALANCE', 'RECORDED')),
  pack_tokens bigint NOT NULL CHECK (pack_tokens > 0),
  currency text NOT NULL,
  price_pico bigint NOT NULL CHECK (price_pico > 0),
  bought_at timestamptz NOT NULL,
  valid_until timestamptz NOT NULL CHECK (valid_until > bought_at),
  UNIQUE (tenant_id, reference)
);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.pack
  EXECUTE FUNCTION billing.refuse_change();
ALTER TABLE billing.pack ENABLE ALWAYS TRIGGER refuse_change;

-- What a tenant may change about its own billing at any time, as opposed to a contract, which is dated.
CREATE TABLE billing.terms (
  tenant_id uuid PRIMARY KEY,
  packs_fall_through boolean NOT NULL DEFAULT true,
  revision bigint NOT NULL DEFAULT 0
);
COMMENT ON COLUMN billing.terms.revision IS
  'Rises whenever the tenant gets a fund; instances that know an older one look up its funds again';
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON billing.terms
  FOR EACH ROW EXECUTE FUNCTION billing.announce_contract();

-- Seed: packs at 20 % off the list (plans): $2.40 for a million pack tokens, in packs from a million up or from $50 up.
INSERT INTO billing.pack_offer (counted_in, currency, effective, pico_per_pack_token, minimum, months) VALUES
  ('TOKENS', 'USD', '[2025-01-01T00:00:00Z,)', 2400000, 1000000, 12),
  ('MONEY', 'USD', '[2025-01-01T00:00:00Z,)', 2400000, 50000000000000, 12);

-- Reconciliation (money rule 8), now with packs.
CREATE OR REPLACE VIEW billing.reconciliation AS
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
  SELECT tenant_id, 'TOKEN', sum(free_tokens) FROM billing.usage GROUP BY 1
  UNION ALL
  SELECT tenant_id, 'PACK', sum(pack_millitokens) FROM billing.usage GROUP BY 1),
earned AS (
  SELECT a.tenant_id, a.unit, sum(COALESCE(m.balance, 0)) AS amount
  FROM billing.account a LEFT JOIN moved m ON m.account_id = a.id
  WHERE a.kind IN ('REVENUE', 'ALLOWANCE_USED', 'PACK_USED') GROUP BY 1, 2),
sold AS (
  SELECT tenant_id, currency AS unit, sum(price_pico) AS amount FROM billing.pack GROUP BY 1, 2
  UNION ALL
  SELECT tenant_id, 'PACK', sum(pack_tokens) * 1000 FROM billing.pack GROUP BY 1),
recognised AS (
  SELECT a.tenant_id, a.unit, abs(sum(COALESCE(m.balance, 0))) AS amount
  FROM billing.account a LEFT JOIN moved m ON m.account_id = a.id
  WHERE a.kind IN ('PACK_REVENUE', 'PACK_SOLD') GROUP BY 1, 2),
checks AS (
  SELECT COALESCE(u.tenant_id, e.tenant_id) AS tenant_id, 'usage = ledger' AS checked,
    COALESCE(u.unit, e.unit) AS unit, COALESCE(u.amount, 0) AS expected, COALESCE(e.amount, 0) AS found
  FROM used u FULL JOIN earned e ON e.tenant_id = u.tenant_id AND e.unit = u.unit
  UNION ALL
  SELECT COALESCE(s.tenant_id, r.tenant_id), 'packs = ledger', COALESCE(s.unit, r.unit), COALESCE(s.amount, 0),
    COALESCE(r.amount, 0)
  FROM sold s FULL JOIN recognised r ON r.tenant_id = s.tenant_id AND r.unit = s.unit
  UNION ALL
  SELECT f.tenant_id, 'ledger = balance of ' || f.kind || ' ' || f.account_id, f.unit, COALESCE(m.balance, 0), f.balance
  FROM billing.fund f LEFT JOIN moved m USING (account_id)
  UNION ALL
  SELECT f.tenant_id, 'leases = leased of ' || f.kind || ' ' || f.account_id, f.unit,
    COALESCE((SELECT sum(l.granted) FROM billing.lease l WHERE l.account_id = f.account_id), 0), f.leased
  FROM billing.fund f)
SELECT tenant_id, checked, unit, expected, found FROM checks WHERE expected <> found;
