-- Numbers of documents are unique over all issuers, so what they begin with belongs to one issuer and one kind of document.

CREATE TABLE billing.number_prefix (
  prefix text PRIMARY KEY,
  issuer text NOT NULL REFERENCES billing.issuer,
  series text NOT NULL CHECK (series IN ('INVOICE', 'CREDIT_NOTE'))
);
COMMENT ON TABLE billing.number_prefix IS
  'What numbers begin with, before the year; who had it first keeps it, also after taking another one';
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.number_prefix
  EXECUTE FUNCTION billing.refuse_change();

-- What the numbers of an issuer with a prefix begin with.
CREATE FUNCTION billing.number_prefixes(code text, chosen text)
RETURNS TABLE (prefix text, issuer text, series text) LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  VALUES (chosen, code, 'INVOICE'), (chosen || 'C', code, 'CREDIT_NOTE');
END;

-- Fails on the primary key where another issuer, or the other kind of document, has one of them.
CREATE FUNCTION billing.take_number_prefixes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO billing.number_prefix (prefix, issuer, series)
  SELECT * FROM billing.number_prefixes(NEW.code, NEW.number_prefix)
  EXCEPT SELECT prefix, issuer, series FROM billing.number_prefix;
  RETURN NULL;
END $$;

-- What documents were issued under so far.
INSERT INTO billing.number_prefix (prefix, issuer, series)
SELECT DISTINCT ON (prefix) prefix, issuer, kind FROM (
  SELECT substring(number FROM '^(.*)' || sequence_year || '-[0-9]+$') AS prefix, issuer, kind, finalised_at
  FROM billing.invoice WHERE number IS NOT NULL) issued
ORDER BY prefix, finalised_at, issuer;

-- What issuers have now. One that has the prefix of another would give out numbers that are taken, and gets one of its own.
CREATE TRIGGER take_number_prefixes AFTER INSERT OR UPDATE OF number_prefix ON billing.issuer
  FOR EACH ROW EXECUTE FUNCTION billing.take_number_prefixes();
DO $$
DECLARE
  one billing.issuer;
  wanted text;
  tries int;
BEGIN
  FOR one IN SELECT * FROM billing.issuer ORDER BY code <> 'main', code LOOP
    wanted := one.number_prefix;
    tries := 0;
    WHILE EXISTS (
        SELECT FROM billing.number_prefixes(one.code, wanted) w JOIN billing.number_prefix t USING (prefix)
        WHERE (t.issuer, t.series) <> (w.issuer, w.series)) LOOP
      wanted := CASE tries WHEN 0 THEN left(upper(one.code), 11) || '-' ELSE 'N' || tries || '-' END;
      tries := tries + 1;
    END LOOP;
    UPDATE billing.issuer SET number_prefix = wanted WHERE code = one.code;
    IF tries > 0 THEN
      RAISE NOTICE 'The issuer % had the number prefix of another and now has %', one.code, wanted;
    END IF;
  END LOOP;
END $$;
