-- Roll-ups of usage (ADR 0015): kept as requests are settled, so that a close and a chart need not read every request.

-- What a transaction of settlement adds to the roll-ups, written beside its usage rows, until it is folded into them.
-- Rows come and go all the time, hence the vacuum.
CREATE TABLE billing.usage_delta (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  settled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenants uuid[] NOT NULL,
  projects uuid[] NOT NULL,
  keys uuid[] NOT NULL,
  contracts bigint[] NOT NULL,
  models text[] NOT NULL,
  regions text[] NOT NULL,
  currencies text[] NOT NULL,
  outcomes text[] NOT NULL,
  quarters bigint[] NOT NULL,
  requests bigint[] NOT NULL,
  input_tokens bigint[] NOT NULL,
  cached_input_tokens bigint[] NOT NULL,
  output_tokens bigint[] NOT NULL,
  free_tokens bigint[] NOT NULL,
  pack_millitokens bigint[] NOT NULL,
  amounts bigint[] NOT NULL,
  line_groups bigint[] NOT NULL,
  line_accounts bigint[] NOT NULL,
  line_prices bigint[] NOT NULL,
  line_unit_prices bigint[] NOT NULL,
  line_requests bigint[] NOT NULL,
  line_tokens bigint[] NOT NULL,
  line_amounts bigint[] NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000);
CREATE INDEX usage_delta_settled ON billing.usage_delta (settled_at);
COMMENT ON COLUMN billing.usage_delta.quarters IS
  'When the requests of a group arrived: the beginning of the quarter of an hour, in seconds since 1970';
COMMENT ON COLUMN billing.usage_delta.line_groups IS 'Which group a line belongs to, from 1 on';
CREATE TRIGGER refuse_update BEFORE UPDATE ON billing.usage_delta FOR EACH ROW EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.usage_delta EXECUTE FUNCTION billing.refuse_change();

-- Requests by day, for charts and reports.
CREATE TABLE billing.usage_day (
  tenant_id uuid NOT NULL,
  day date NOT NULL,
  project_id uuid NOT NULL,
  key_id uuid NOT NULL,
  model text NOT NULL,
  region text NOT NULL,
  currency text NOT NULL,
  outcome text NOT NULL,
  requests numeric(38,0) NOT NULL,
  input_tokens numeric(38,0) NOT NULL,
  cached_input_tokens numeric(38,0) NOT NULL,
  output_tokens numeric(38,0) NOT NULL,
  free_tokens numeric(38,0) NOT NULL,
  pack_millitokens numeric(38,0) NOT NULL,
  amount_pico numeric(38,0) NOT NULL,
  PRIMARY KEY (tenant_id, day, project_id, key_id, model, region, currency, outcome)
) WITH (fillfactor = 70);
CREATE INDEX usage_day_of_all ON billing.usage_day (day);
COMMENT ON COLUMN billing.usage_day.day IS 'Of the arrival, in the billing zone of the contract that priced the request';
CREATE TRIGGER refuse_truncate BEFORE DELETE OR TRUNCATE ON billing.usage_day EXECUTE FUNCTION billing.refuse_change();

-- What was drawn by month, for invoices.
CREATE TABLE billing.usage_month (
  tenant_id uuid NOT NULL,
  month date NOT NULL,
  cut bigint NOT NULL,
  contract_id bigint NOT NULL,
  model text NOT NULL,
  region text NOT NULL,
  account_id bigint NOT NULL,
  price_id bigint NOT NULL,
  unit_price bigint NOT NULL,
  requests numeric(38,0) NOT NULL,
  tokens numeric(38,0) NOT NULL,
  amount numeric(38,0) NOT NULL,
  PRIMARY KEY (tenant_id, month, cut, contract_id, model, region, account_id, price_id, unit_price)
) WITH (fillfactor = 70);
COMMENT ON COLUMN billing.usage_month.month IS 'Of the arrival, in the billing zone of the contract that priced the request';
COMMENT ON COLUMN billing.usage_month.cut IS 'The last close whose cut was before the requests were settled; 0 if none was';
COMMENT ON COLUMN billing.usage_month.amount IS 'In the unit of the account';
CREATE TRIGGER refuse_truncate BEFORE DELETE OR TRUNCATE ON billing.usage_month EXECUTE FUNCTION billing.refuse_change();

-- What was settled before there were roll-ups.
INSERT INTO billing.usage_delta (settled_at, tenants, projects, keys, contracts, models, regions, currencies, outcomes,
  quarters, requests, input_tokens, cached_input_tokens, output_tokens, free_tokens, pack_millitokens, amounts, line_groups,
  line_accounts, line_prices, line_unit_prices, line_requests, line_tokens, line_amounts)
WITH usage AS (
  SELECT u.*, (row_number() OVER (ORDER BY u.request_id) - 1) / 2000 AS chunk,
    COALESCE((SELECT max(c.id) FROM billing.close c WHERE c.cut_at <= u.settled_at), 0) AS cut
  FROM billing.usage u),
numbered AS (
  SELECT u.*, row_number() OVER (PARTITION BY chunk, cut ORDER BY request_id) AS number FROM usage u),
line AS (
  SELECT n.chunk, n.cut, array_agg(n.number) AS groups, array_agg(l.account) AS accounts, array_agg(l.price) AS prices,
    array_agg(l.unit_price) AS unit_prices, array_agg(1::bigint) AS requests, array_agg(l.tokens) AS tokens,
    array_agg(l.amount) AS amounts
  FROM numbered n CROSS JOIN LATERAL json_to_recordset(n.lines)
    AS l(account bigint, price bigint, unit_price bigint, tokens bigint, amount bigint)
  GROUP BY 1, 2)
SELECT min(n.settled_at), array_agg(tenant_id ORDER BY number), array_agg(project_id ORDER BY number),
  array_agg(key_id ORDER BY number), array_agg(contract_id ORDER BY number), array_agg(model ORDER BY number),
  array_agg(region ORDER BY number), array_agg(currency ORDER BY number), array_agg(outcome ORDER BY number),
  array_agg(floor(extract(epoch FROM arrived_at) / 900)::bigint * 900 ORDER BY number),
  array_agg(1::bigint), array_agg(input_tokens ORDER BY number), array_agg(cached_input_tokens ORDER BY number),
  array_agg(output_tokens ORDER BY number), array_agg(free_tokens ORDER BY number),
  array_agg(pack_millitokens ORDER BY number), array_agg(amount_pico ORDER BY number),
  COALESCE(min(l.groups), '{}'), COALESCE(min(l.accounts), '{}'), COALESCE(min(l.prices), '{}'),
  COALESCE(min(l.unit_prices), '{}'), COALESCE(min(l.requests), '{}'), COALESCE(min(l.tokens), '{}'),
  COALESCE(min(l.amounts), '{}')
FROM numbered n LEFT JOIN line l USING (chunk, cut)
GROUP BY chunk, cut ORDER BY chunk, cut;

-- The roll-ups against the requests themselves (money rule 8): a row for each two sums that should be equal and are not.
-- Units are a currency, TOKEN or PACK, and REQUEST for the number of requests.
CREATE VIEW billing.roll_up_reconciliation AS
WITH used AS (
  SELECT tenant_id, currency AS unit, sum(amount_pico) AS amount FROM billing.usage GROUP BY 1, 2
  UNION ALL
  SELECT tenant_id, 'TOKEN', sum(free_tokens) FROM billing.usage GROUP BY 1
  UNION ALL
  SELECT tenant_id, 'PACK', sum(pack_millitokens) FROM billing.usage GROUP BY 1
  UNION ALL
  SELECT tenant_id, 'REQUEST', count(*) FROM billing.usage GROUP BY 1),
waiting AS (
  SELECT g.* FROM billing.usage_delta d CROSS JOIN LATERAL unnest(d.tenants, d.currencies, d.requests, d.free_tokens,
    d.pack_millitokens, d.amounts) AS g(tenant_id, currency, requests, free_tokens, pack_millitokens, amount)),
days AS (
  SELECT tenant_id, unit, sum(amount) AS amount FROM (
    SELECT tenant_id, currency AS unit, amount_pico AS amount FROM billing.usage_day
    UNION ALL
    SELECT tenant_id, 'TOKEN', free_tokens FROM billing.usage_day
    UNION ALL
    SELECT tenant_id, 'PACK', pack_millitokens FROM billing.usage_day
    UNION ALL
    SELECT tenant_id, 'REQUEST', requests FROM billing.usage_day
    UNION ALL
    SELECT tenant_id, currency, amount FROM waiting
    UNION ALL
    SELECT tenant_id, 'TOKEN', free_tokens FROM waiting
    UNION ALL
    SELECT tenant_id, 'PACK', pack_millitokens FROM waiting
    UNION ALL
    SELECT tenant_id, 'REQUEST', requests FROM waiting) d GROUP BY 1, 2),
months AS (
  SELECT tenant_id, unit, sum(amount) AS amount FROM (
    SELECT m.tenant_id, a.unit, m.amount FROM billing.usage_month m JOIN billing.account a ON a.id = m.account_id
    UNION ALL
    SELECT a.tenant_id, a.unit, l.amount FROM billing.usage_delta d
      CROSS JOIN LATERAL unnest(d.line_accounts, d.line_amounts) AS l(account_id, amount)
      JOIN billing.account a ON a.id = l.account_id) m GROUP BY 1, 2),
checks AS (
  SELECT COALESCE(u.tenant_id, d.tenant_id) AS tenant_id, 'usage = days' AS checked, COALESCE(u.unit, d.unit) AS unit,
    COALESCE(u.amount, 0) AS expected, COALESCE(d.amount, 0) AS found
  FROM used u FULL JOIN days d ON d.tenant_id = u.tenant_id AND d.unit = u.unit
  UNION ALL
  SELECT COALESCE(u.tenant_id, m.tenant_id), 'usage = months', COALESCE(u.unit, m.unit), COALESCE(u.amount, 0),
    COALESCE(m.amount, 0)
  FROM (SELECT * FROM used WHERE unit <> 'REQUEST') u FULL JOIN months m ON m.tenant_id = u.tenant_id AND m.unit = u.unit)
SELECT tenant_id, checked, unit, expected, found FROM checks WHERE expected <> found;

-- The month of an instant in a zone as contracts name it: a region, Z, or an offset, whose sign means the opposite to
-- PostgreSQL.
CREATE FUNCTION billing.local_month(at timestamptz, zone text) RETURNS date LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN date_trunc('month', CASE
  WHEN zone ~ '^(UTC|GMT|UT)?[+-]\d' THEN (at AT TIME ZONE 'UTC') + regexp_replace(zone, '^(UTC|GMT|UT)', '')::interval
  WHEN zone IN ('Z', 'UT') THEN at AT TIME ZONE 'UTC'
  ELSE at AT TIME ZONE zone END)::date;

-- A close reads the roll-ups, once all that was settled before its cut is folded into them.
DROP TABLE billing.close_slice;
ALTER TABLE billing.usage_sum DROP COLUMN slice;
COMMENT ON TABLE billing.usage_sum IS 'What tenants are to be billed for, while their drafts are written';
ALTER TABLE billing.close ADD COLUMN waiting_at_cut bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN billing.close.waiting_at_cut IS 'Rows of usage_delta that were yet to be folded when the cut was made';
