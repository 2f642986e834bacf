-- What a transaction of settlement adds to the roll-ups (ADR 0015), as one packed value instead of 23 arrays: where ten
-- thousand tenants take turns, an array's elements cost more than the usage rows, and unnesting them more than that.

-- What waits is folded here; who settles meanwhile waits.
LOCK TABLE billing.usage_delta IN ACCESS EXCLUSIVE MODE;

CREATE TEMPORARY TABLE waiting ON COMMIT DROP AS
SELECT d.id, COALESCE((SELECT max(c.id) FROM billing.close c WHERE c.cut_at <= d.settled_at), 0) AS cut, g.*,
  (CASE
    WHEN k.zone ~ '^(UTC|GMT|UT)?[+-]\d'
      THEN (to_timestamp(g.quarter) AT TIME ZONE 'UTC') + regexp_replace(k.zone, '^(UTC|GMT|UT)', '')::interval
    WHEN k.zone IS NULL OR k.zone IN ('Z', 'UT') THEN to_timestamp(g.quarter) AT TIME ZONE 'UTC'
    ELSE to_timestamp(g.quarter) AT TIME ZONE k.zone END)::date AS day
FROM billing.usage_delta d
CROSS JOIN LATERAL unnest(d.tenants, d.projects, d.keys, d.contracts, d.models, d.regions, d.currencies, d.outcomes,
  d.quarters, d.requests, d.input_tokens, d.cached_input_tokens, d.output_tokens, d.free_tokens, d.pack_millitokens,
  d.amounts) WITH ORDINALITY AS g(tenant_id, project_id, key_id, contract_id, model, region, currency, outcome, quarter,
  requests, input, cached_input, output, free, packs, amount, number)
LEFT JOIN billing.contract k ON k.id = g.contract_id;

INSERT INTO billing.usage_day AS u (tenant_id, day, project_id, key_id, model, region, currency, outcome, requests,
  input_tokens, cached_input_tokens, output_tokens, free_tokens, pack_millitokens, amount_pico)
SELECT tenant_id, day, project_id, key_id, model, region, currency, outcome, sum(requests), sum(input), sum(cached_input),
  sum(output), sum(free), sum(packs), sum(amount)
FROM waiting GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ON CONFLICT (tenant_id, day, project_id, key_id, model, region, currency, outcome) DO UPDATE SET
  requests = u.requests + excluded.requests, input_tokens = u.input_tokens + excluded.input_tokens,
  cached_input_tokens = u.cached_input_tokens + excluded.cached_input_tokens,
  output_tokens = u.output_tokens + excluded.output_tokens, free_tokens = u.free_tokens + excluded.free_tokens,
  pack_millitokens = u.pack_millitokens + excluded.pack_millitokens, amount_pico = u.amount_pico + excluded.amount_pico;

INSERT INTO billing.usage_month AS u (tenant_id, month, cut, contract_id, model, region, account_id, price_id, unit_price,
  requests, tokens, amount)
SELECT w.tenant_id, date_trunc('month', w.day)::date, w.cut, w.contract_id, w.model, w.region, l.account_id, l.price_id,
  l.unit_price, sum(l.requests), sum(l.tokens), sum(l.amount)
FROM billing.usage_delta d
CROSS JOIN LATERAL unnest(d.line_groups, d.line_accounts, d.line_prices, d.line_unit_prices, d.line_requests, d.line_tokens,
  d.line_amounts) AS l(number, account_id, price_id, unit_price, requests, tokens, amount)
JOIN waiting w ON w.id = d.id AND w.number = l.number
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
ON CONFLICT (tenant_id, month, cut, contract_id, model, region, account_id, price_id, unit_price) DO UPDATE SET
  requests = u.requests + excluded.requests, tokens = u.tokens + excluded.tokens, amount = u.amount + excluded.amount;

DROP VIEW billing.roll_up_reconciliation;
DROP TABLE billing.usage_delta;

-- Until it is folded into the roll-ups. Rows come and go all the time, hence the vacuum; compressing what lives for
-- seconds would cost more than it saves.
CREATE TABLE billing.usage_delta (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  settled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  batch uuid NOT NULL,
  packed bytea STORAGE EXTERNAL NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000);
CREATE INDEX usage_delta_settled ON billing.usage_delta (settled_at);
COMMENT ON COLUMN billing.usage_delta.batch IS 'That its usage rows name: they are not in the roll-ups as long as this row is here';
COMMENT ON COLUMN billing.usage_delta.packed IS 'Sums by what the roll-ups tell apart, in the format of PackedSums';
CREATE TRIGGER refuse_update BEFORE UPDATE ON billing.usage_delta FOR EACH ROW EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.usage_delta EXECUTE FUNCTION billing.refuse_change();

-- The roll-ups against the requests that are folded into them (money rule 8): a row for each two sums that should be equal
-- and are not. Units are a currency, TOKEN or PACK, and REQUEST for the number of requests.
CREATE VIEW billing.roll_up_reconciliation AS
WITH folded AS NOT MATERIALIZED (
  SELECT * FROM billing.usage u WHERE NOT EXISTS (SELECT FROM billing.usage_delta d WHERE d.batch = u.batch)),
used AS (
  SELECT tenant_id, currency AS unit, sum(amount_pico) AS amount, sum(free_tokens) AS free, sum(pack_millitokens) AS packs,
    count(*) AS requests
  FROM folded GROUP BY 1, 2),
expected AS (
  SELECT tenant_id, unit, amount FROM used
  UNION ALL
  SELECT tenant_id, 'TOKEN', sum(free) FROM used GROUP BY 1
  UNION ALL
  SELECT tenant_id, 'PACK', sum(packs) FROM used GROUP BY 1
  UNION ALL
  SELECT tenant_id, 'REQUEST', sum(requests) FROM used GROUP BY 1),
day AS (
  SELECT tenant_id, currency AS unit, sum(amount_pico) AS amount, sum(free_tokens) AS free, sum(pack_millitokens) AS packs,
    sum(requests) AS requests
  FROM billing.usage_day GROUP BY 1, 2),
days AS (
  SELECT tenant_id, unit, amount FROM day
  UNION ALL
  SELECT tenant_id, 'TOKEN', sum(free) FROM day GROUP BY 1
  UNION ALL
  SELECT tenant_id, 'PACK', sum(packs) FROM day GROUP BY 1
  UNION ALL
  SELECT tenant_id, 'REQUEST', sum(requests) FROM day GROUP BY 1),
months AS (
  SELECT m.tenant_id, a.unit, sum(m.amount) AS amount
  FROM billing.usage_month m JOIN billing.account a ON a.id = m.account_id GROUP BY 1, 2),
checks AS (
  SELECT COALESCE(e.tenant_id, d.tenant_id) AS tenant_id, 'usage = days' AS checked, COALESCE(e.unit, d.unit) AS unit,
    COALESCE(e.amount, 0) AS expected, COALESCE(d.amount, 0) AS found
  FROM expected e FULL JOIN days d ON d.tenant_id = e.tenant_id AND d.unit = e.unit
  UNION ALL
  SELECT COALESCE(e.tenant_id, m.tenant_id), 'usage = months', COALESCE(e.unit, m.unit), COALESCE(e.amount, 0),
    COALESCE(m.amount, 0)
  FROM (SELECT * FROM expected WHERE unit <> 'REQUEST') e FULL JOIN months m ON m.tenant_id = e.tenant_id AND m.unit = e.unit)
SELECT tenant_id, checked, unit, expected, found FROM checks WHERE expected <> found;
