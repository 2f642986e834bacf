-- Differences are read slice by slice, so each needs an id.
ALTER TABLE billing.reconciliation_difference ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
