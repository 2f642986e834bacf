-- A price and a contract that are written at the same moment did not see one another, so that together they could make a
-- rate that is no whole number of pico-units (money rule 1). Who writes a price or a band now waits for who writes
-- contracts, and the other way round, until the transaction has ended; contracts do not wait for one another.
CREATE FUNCTION billing.await_rates(written name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF written = 'contract' THEN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('billing.rates', 0));
  ELSE
    PERFORM pg_advisory_xact_lock(hashtextextended('billing.rates', 0));
  END IF;
END $$;

CREATE OR REPLACE FUNCTION billing.refuse_fractional_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM billing.await_rates(TG_TABLE_NAME);
  IF TG_TABLE_NAME = 'contract' THEN
    PERFORM FROM billing.price p
      WHERE p.currency = NEW.currency AND p.effective && NEW.effective
        AND p.pico_per_token::numeric * (10000 - NEW.discount_basis_points) % 10000 <> 0;
  ELSE
    PERFORM FROM billing.contract c
      WHERE c.currency = NEW.currency AND c.effective && NEW.effective
        AND NEW.pico_per_token::numeric * (10000 - c.discount_basis_points) % 10000 <> 0;
  END IF;
  IF FOUND THEN
    RAISE EXCEPTION 'The discounted rate is not a whole number of pico-units' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION billing.refuse_fractional_band() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM billing.await_rates(TG_TABLE_NAME);
  PERFORM FROM billing.time_band b
    JOIN billing.price p ON p.currency = b.currency AND p.effective && b.effective
      AND (b.model IN ('*', p.model) OR p.model = '*') AND (b.region IN ('*', p.region) OR p.region = '*')
    CROSS JOIN (
      SELECT 0 AS discount
      UNION SELECT discount_basis_points FROM billing.contract WHERE currency = NEW.currency) c
    WHERE b.currency = NEW.currency
      AND (p.pico_per_token::numeric * (10000 - b.discount_basis_points) % 10000 <> 0
        OR p.pico_per_token::numeric * (10000 - b.discount_basis_points) * (10000 - c.discount) % 100000000 <> 0);
  IF FOUND THEN
    RAISE EXCEPTION 'A rate in a time band is not a whole number of pico-units' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
