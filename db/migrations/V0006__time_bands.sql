-- Time bands: a discount on list prices in a window of a UTC weekday, by the instant at which a request completes.
CREATE TABLE billing.time_band (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model text NOT NULL CHECK (model <> ''),
  region text NOT NULL CHECK (region <> ''),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  weekday int NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  minutes int4range NOT NULL CHECK (NOT isempty(minutes) AND minutes <@ int4range(0, 1440)),
  effective tstzrange NOT NULL CHECK (NOT isempty(effective) AND lower_inc(effective) AND NOT upper_inc(effective)),
  discount_basis_points int NOT NULL CHECK (discount_basis_points BETWEEN 1 AND 10000),
  EXCLUDE USING gist (model WITH =, region WITH =, currency WITH =, weekday WITH =, minutes WITH &&, effective WITH &&)
);
COMMENT ON TABLE billing.time_band IS
  '''*'' as model or region is the default; a specific model wins, then a specific region. A window over midnight is two rows.';
COMMENT ON COLUMN billing.time_band.weekday IS 'ISO: 1 is Monday, in UTC';
COMMENT ON COLUMN billing.time_band.minutes IS 'Of the UTC day; the upper end is exclusive';

-- A band that is or was in force stays as it is; only its end may be set, and not into the past.
CREATE FUNCTION billing.guard_time_band() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF lower(OLD.effective) > now() THEN
    RETURN COALESCE(NEW, OLD);
  END IF;
  IF TG_OP = 'UPDATE'
    AND (NEW.id, NEW.model, NEW.region, NEW.currency, NEW.weekday, NEW.minutes, NEW.discount_basis_points,
        lower(NEW.effective))
      = (OLD.id, OLD.model, OLD.region, OLD.currency, OLD.weekday, OLD.minutes, OLD.discount_basis_points,
        lower(OLD.effective))
    AND COALESCE(upper(OLD.effective), 'infinity') > now()
    AND COALESCE(upper(NEW.effective), 'infinity') >= now() THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Time band % is in force since % and may only be given an end', OLD.id, lower(OLD.effective)
    USING ERRCODE = 'restrict_violation';
END $$;

-- Also a rate in a band, and that less a contract's discount, must be a whole number of pico-units (money rule 1).
CREATE FUNCTION billing.refuse_fractional_band() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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

CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON billing.time_band
  FOR EACH ROW EXECUTE FUNCTION billing.guard_time_band();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.time_band EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER whole_rates AFTER INSERT OR UPDATE ON billing.time_band
  FOR EACH ROW EXECUTE FUNCTION billing.refuse_fractional_band();
CREATE TRIGGER whole_band_rates AFTER INSERT OR UPDATE ON billing.price
  FOR EACH ROW EXECUTE FUNCTION billing.refuse_fractional_band();
CREATE TRIGGER whole_band_rates AFTER INSERT OR UPDATE ON billing.contract
  FOR EACH ROW EXECUTE FUNCTION billing.refuse_fractional_band();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON billing.time_band
  EXECUTE FUNCTION billing.announce_prices();
