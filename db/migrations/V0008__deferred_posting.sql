-- Settlement at speed (ADR 0007): a settlement's transaction writes usage rows and what they draw; what many
-- settlements draw is posted to funds, leases and the ledger together, some seconds later.

-- Kept as it was written: parsing it into jsonb cost as much as all else that an insert does.
ALTER TABLE billing.usage ALTER COLUMN lines TYPE json;

-- The predicate named the balance, so that every draw on any fund had to write to all indexes of the table.
DROP INDEX billing.fund_pack_expiry;
CREATE INDEX fund_pack_expiry ON billing.fund (valid_until) WHERE kind = 'PACK';

-- Accounts are posted in buckets, so that one transaction locks few of them and two may run at a time.
CREATE FUNCTION billing.posting_bucket(account bigint) RETURNS smallint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (account & 63)::smallint;

-- What settled usage draws and funds, leases and ledger do not show yet. Rows come and go all the time, hence the
-- vacuum. An instance's epoch cannot end before what it drew is posted: the foreign key sees to it.
CREATE TABLE billing.posting (
  bucket smallint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  epoch bigint NOT NULL REFERENCES billing.instance,
  batch uuid NOT NULL,
  accounts bigint[] NOT NULL CHECK (array_position(accounts, NULL) IS NULL),
  amounts bigint[] NOT NULL CHECK (0 < ALL (amounts)),
  settled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (bucket, id),
  CHECK (cardinality(accounts) = cardinality(amounts))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
COMMENT ON TABLE billing.posting IS
  'Draws of settled usage that are yet to be posted; every reader of a balance or a lease takes them off';
COMMENT ON COLUMN billing.posting.accounts IS 'All of one bucket, each once; the amounts stand in the same order';
CREATE TRIGGER refuse_update BEFORE UPDATE ON billing.posting FOR EACH ROW EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.posting EXECUTE FUNCTION billing.refuse_change();

-- What is yet to be posted from an account, for statements that read its fund in the same snapshot.
CREATE FUNCTION billing.pending(account bigint) RETURNS numeric LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (SELECT COALESCE(sum(p.amounts[array_position(p.accounts, account)]), 0) FROM billing.posting p
  WHERE p.bucket = billing.posting_bucket(account));

-- The same of one instance's share.
CREATE FUNCTION billing.pending(account bigint, of_epoch bigint) RETURNS numeric LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (SELECT COALESCE(sum(p.amounts[array_position(p.accounts, account)]), 0) FROM billing.posting p
  WHERE p.bucket = billing.posting_bucket(account) AND p.epoch = of_epoch);

-- Reconciliation (money rule 8), now with what is yet to be posted.
CREATE OR REPLACE VIEW billing.reconciliation AS
WITH moved AS (
  SELECT account_id, sum(credit) - sum(debit) AS balance
  FROM (
    SELECT credit_account AS account_id, amount AS credit, 0 AS debit FROM billing.transfer
    UNION ALL
    SELECT debit_account, 0, amount FROM billing.transfer) both_sides
  GROUP BY account_id),
pending AS (
  SELECT p.epoch, d.account_id, sum(d.amount) AS amount
  FROM billing.posting p CROSS JOIN unnest(p.accounts, p.amounts) AS d(account_id, amount) GROUP BY 1, 2),
used AS (
  SELECT tenant_id, currency AS unit, sum(amount_pico) AS amount FROM billing.usage GROUP BY 1, 2
  UNION ALL
  SELECT tenant_id, 'TOKEN', sum(free_tokens) FROM billing.usage GROUP BY 1
  UNION ALL
  SELECT tenant_id, 'PACK', sum(pack_millitokens) FROM billing.usage GROUP BY 1),
earned AS (
  SELECT a.tenant_id, a.unit, sum(COALESCE(m.balance, 0) + COALESCE(p.amount, 0)) AS amount
  FROM billing.account a LEFT JOIN moved m ON m.account_id = a.id
  LEFT JOIN (
    SELECT f.drawn_into, sum(p.amount) AS amount FROM pending p JOIN billing.fund f USING (account_id) GROUP BY 1) p
    ON p.drawn_into = a.id
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
  FROM billing.fund f
  UNION ALL
  SELECT f.tenant_id, 'pending within lease of ' || f.kind || ' ' || f.account_id, f.unit, p.amount,
    LEAST(p.amount, COALESCE(l.granted, 0))
  FROM pending p JOIN billing.fund f USING (account_id)
  LEFT JOIN billing.lease l ON l.epoch = p.epoch AND l.account_id = p.account_id)
SELECT tenant_id, checked, unit, expected, found FROM checks WHERE expected <> found;
