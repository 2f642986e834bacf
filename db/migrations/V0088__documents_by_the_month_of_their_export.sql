-- An invoice is exported with the month that it bills; what corrects one, with the month in which it is issued, so that months
-- that were exported before stay as they were (ADR 0035).

CREATE FUNCTION billing.exported_with(kind text, corrects uuid, month date, issued_on date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN kind = 'CREDIT_NOTE' OR corrects IS NOT NULL
  THEN GREATEST(month, make_date(extract(year FROM issued_on)::int, extract(month FROM issued_on)::int, 1))
  ELSE month END;

CREATE INDEX invoice_exported ON billing.invoice (billing.exported_with(kind, corrects, month, issued_on), tenant_id, id)
  WHERE state <> 'DRAFT';
