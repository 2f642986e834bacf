-- Service levels: what contracts promise, what was measured of a closed month, and the credit that followed.

-- Of a plan, or of a contract that agreed on others.
CREATE TABLE billing.service_level (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plan text UNIQUE REFERENCES billing.plan,
  contract_id bigint UNIQUE REFERENCES billing.contract ON DELETE CASCADE,
  first_token_millis int NOT NULL CHECK (first_token_millis > 0),
  first_token_percent int NOT NULL CHECK (first_token_percent BETWEEN 1 AND 99),
  longest_prompt bigint NOT NULL CHECK (longest_prompt > 0),
  below_ppm int[] NOT NULL,
  credit_basis_points int[] NOT NULL,
  CHECK (num_nonnulls(plan, contract_id) = 1),
  CHECK (cardinality(below_ppm) = cardinality(credit_basis_points) AND cardinality(below_ppm) > 0),
  CHECK (0 < ALL (below_ppm) AND 1000000 >= ALL (below_ppm)),
  CHECK (0 < ALL (credit_basis_points) AND 10000 >= ALL (credit_basis_points))
);
COMMENT ON COLUMN billing.service_level.below_ppm IS
  'Availabilities in millionths, the highest first: below each the credit at its place, of the month''s usage, is owed; the first is the objective';
COMMENT ON COLUMN billing.service_level.longest_prompt IS 'Prompts above it are not counted for the time to first token';

INSERT INTO billing.service_level (plan, first_token_millis, first_token_percent, longest_prompt, below_ppm, credit_basis_points)
VALUES ('enterprise', 200, 95, 4096, '{999000, 990000, 950000}', '{1000, 2500, 5000}');

CREATE TABLE billing.service_report (
  contract_id bigint NOT NULL REFERENCES billing.contract,
  month date NOT NULL,
  tenant_id uuid NOT NULL,
  counted bigint NOT NULL,
  failed bigint NOT NULL,
  excluded bigint NOT NULL,
  first_tokens bigint NOT NULL,
  first_token_millis bigint,
  usage_pico numeric(38,0) NOT NULL,
  credit_basis_points int NOT NULL,
  credit_pico numeric(38,0) NOT NULL CHECK (credit_pico >= 0),
  measured_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (contract_id, month)
);
CREATE INDEX service_report_tenant ON billing.service_report (tenant_id, month);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.service_report
  EXECUTE FUNCTION billing.refuse_change();
