-- What the scheduled reconciliation found, and when: proof that the books agreed, and where they did not.

-- Money rule 8 in all, not tenant by tenant: a row for each unit. What settled usage says, what the ledger says that
-- usage earned, what is yet to be posted, what funds say that they have left, and what the ledger says that they have.
CREATE VIEW billing.reconciliation_totals AS
WITH units AS (
  SELECT unit FROM billing.account GROUP BY unit),
used AS (
  SELECT currency AS unit, sum(amount_pico) AS amount FROM billing.usage GROUP BY 1
  UNION ALL
  SELECT 'TOKEN', sum(free_tokens) FROM billing.usage
  UNION ALL
  SELECT 'PACK', sum(pack_millitokens) FROM billing.usage),
credited AS (
  SELECT a.unit, a.kind, sum(t.amount) AS amount
  FROM billing.transfer t JOIN billing.account a ON a.id = t.credit_account GROUP BY 1, 2),
debited AS (
  SELECT a.unit, a.kind, sum(t.amount) AS amount
  FROM billing.transfer t JOIN billing.account a ON a.id = t.debit_account GROUP BY 1, 2),
pending AS (
  SELECT f.unit, sum(d.amount) AS amount
  FROM billing.posting p CROSS JOIN unnest(p.accounts, p.amounts) AS d(account_id, amount)
    JOIN billing.fund f USING (account_id)
  WHERE f.kind <> 'BUDGET' GROUP BY 1),
funds AS (
  SELECT unit, sum(balance) AS amount FROM billing.fund WHERE kind <> 'BUDGET' GROUP BY 1)
SELECT u.unit,
  COALESCE((SELECT sum(amount) FROM used WHERE used.unit = u.unit), 0) AS used,
  COALESCE((SELECT sum(amount) FROM credited c
    WHERE c.unit = u.unit AND c.kind IN ('REVENUE', 'ALLOWANCE_USED', 'PACK_USED')), 0)
  - COALESCE((SELECT sum(amount) FROM debited d
    WHERE d.unit = u.unit AND d.kind IN ('REVENUE', 'ALLOWANCE_USED', 'PACK_USED')), 0) AS posted,
  COALESCE((SELECT amount FROM pending p WHERE p.unit = u.unit), 0) AS pending,
  COALESCE((SELECT amount FROM funds f WHERE f.unit = u.unit), 0) AS balances,
  COALESCE((SELECT sum(amount) FROM credited c
    WHERE c.unit = u.unit AND c.kind IN ('MONEY', 'FREE_ALLOWANCE', 'PACK')), 0)
  - COALESCE((SELECT sum(amount) FROM debited d
    WHERE d.unit = u.unit AND d.kind IN ('MONEY', 'FREE_ALLOWANCE', 'PACK')), 0) AS entered
FROM units u;
COMMENT ON VIEW billing.reconciliation_totals IS
  'The books agree in all where used = posted + pending and balances = entered';

CREATE TABLE billing.reconciliation_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_at timestamptz NOT NULL,
  took_millis bigint NOT NULL CHECK (took_millis >= 0),
  differences int NOT NULL CHECK (differences >= 0)
);
CREATE INDEX reconciliation_run_started ON billing.reconciliation_run (started_at);

CREATE TABLE billing.reconciliation_total (
  run_id bigint NOT NULL REFERENCES billing.reconciliation_run ON DELETE CASCADE,
  unit text NOT NULL,
  used numeric NOT NULL,
  posted numeric NOT NULL,
  pending numeric NOT NULL,
  balances numeric NOT NULL,
  entered numeric NOT NULL,
  PRIMARY KEY (run_id, unit)
);

CREATE TABLE billing.reconciliation_difference (
  run_id bigint NOT NULL REFERENCES billing.reconciliation_run ON DELETE CASCADE,
  -- Null where the sum over all tenants is meant.
  tenant_id uuid,
  checked text NOT NULL,
  unit text NOT NULL,
  expected numeric NOT NULL,
  found numeric NOT NULL
);
CREATE INDEX reconciliation_difference_run ON billing.reconciliation_difference (run_id);
