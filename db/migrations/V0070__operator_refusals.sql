-- Requests that were refused for reasons of the operator's own and left no usage row, so that service levels know of them.

CREATE TABLE billing.operator_refusal (
  contract_id bigint NOT NULL REFERENCES billing.contract,
  quarter timestamptz NOT NULL CHECK (date_bin('15 minutes', quarter, 'epoch') = quarter),
  counter uuid NOT NULL,
  tenant_id uuid NOT NULL,
  requests bigint NOT NULL CHECK (requests > 0),
  PRIMARY KEY (contract_id, quarter, counter)
);
COMMENT ON TABLE billing.operator_refusal IS
  'A counter of one gateway for one contract and the quarter of an hour in which its requests arrived; it is written whole each time, so writing it twice changes nothing';

CREATE FUNCTION billing.refuse_lower_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.contract_id, NEW.quarter, NEW.counter, NEW.tenant_id)
      IS DISTINCT FROM (OLD.contract_id, OLD.quarter, OLD.counter, OLD.tenant_id) OR NEW.requests < OLD.requests THEN
    RAISE EXCEPTION '%.% may only count on', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER count_on BEFORE UPDATE ON billing.operator_refusal
  FOR EACH ROW EXECUTE FUNCTION billing.refuse_lower_count();
CREATE TRIGGER refuse_change BEFORE DELETE OR TRUNCATE ON billing.operator_refusal
  EXECUTE FUNCTION billing.refuse_change();

ALTER TABLE billing.service_report ADD COLUMN refused bigint NOT NULL DEFAULT 0 CHECK (refused BETWEEN 0 AND failed);
COMMENT ON COLUMN billing.service_report.refused IS 'Of the failed ones, those without a usage row';
