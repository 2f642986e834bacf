-- Month close and invoices: who bills whom, what a close has done so far, documents that never change once finalised.

CREATE TABLE billing.currency (
  code text PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$'),
  minor_digits int NOT NULL CHECK (minor_digits BETWEEN 0 AND 4)
);
COMMENT ON TABLE billing.currency IS 'Currencies that invoices can be written in; invoices count in 10^-minor_digits of one';
INSERT INTO billing.currency (code, minor_digits) VALUES
  ('AUD', 2), ('CAD', 2), ('CHF', 2), ('CNY', 2), ('DKK', 2), ('EUR', 2), ('GBP', 2), ('HKD', 2), ('INR', 2),
  ('JPY', 0), ('KRW', 0), ('KWD', 3), ('NOK', 2), ('PLN', 2), ('SEK', 2), ('SGD', 2), ('USD', 2);

-- How many pico-units the smallest coin of a currency is worth.
CREATE FUNCTION billing.coin(minor_digits int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ('1' || repeat('0', 12 - minor_digits))::numeric;

-- The multiple of a unit nearest to an amount, counted in units; a tie goes to the even one (money rule 1).
CREATE FUNCTION billing.half_even(amount numeric, unit numeric) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  below numeric := div(amount, unit) - CASE WHEN mod(amount, unit) < 0 THEN 1 ELSE 0 END;
  twice numeric := 2 * (amount - below * unit);
BEGIN
  RETURN below + CASE WHEN twice > unit OR (twice = unit AND mod(below, 2) <> 0) THEN 1 ELSE 0 END;
END $$;

-- Who --------------------------------------------------------------------------------------------------------------

-- Names and addresses are never changed but followed by a new row, so that a document keeps those it was issued with.
CREATE TABLE billing.party (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  street text NOT NULL CHECK (char_length(street) <= 200),
  street_2 text NOT NULL CHECK (char_length(street_2) <= 200),
  postal_code text NOT NULL CHECK (char_length(postal_code) <= 20),
  city text NOT NULL CHECK (char_length(city) BETWEEN 1 AND 100),
  country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  tax_id text CHECK (char_length(tax_id) BETWEEN 2 AND 40),
  registration text CHECK (char_length(registration) BETWEEN 1 AND 100),
  email text NOT NULL CHECK (email ~ '^[^@\s]+@[^@\s]+$'),
  iban text CHECK (iban ~ '^[A-Z0-9]{5,34}$'),
  bic text CHECK (bic ~ '^[A-Z0-9]{8,11}$'),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN billing.party.tenant_id IS 'Null for the operator''s own details';
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.party
  EXECUTE FUNCTION billing.refuse_change();

CREATE TABLE billing.issuer (
  code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9-]{0,30}$'),
  party_id bigint NOT NULL REFERENCES billing.party,
  zone text NOT NULL,
  number_prefix text NOT NULL CHECK (number_prefix ~ '^[A-Z0-9-]{0,12}$')
);
COMMENT ON COLUMN billing.issuer.zone IS 'By which the date and the year of a document are told';

CREATE TABLE billing.profile (
  tenant_id uuid PRIMARY KEY,
  issuer text NOT NULL REFERENCES billing.issuer,
  party_id bigint NOT NULL REFERENCES billing.party,
  tax_kind text NOT NULL CHECK (tax_kind IN ('STANDARD', 'REVERSE_CHARGE', 'EXEMPT', 'OUTSIDE_SCOPE')),
  tax_basis_points int NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
  tax_note text CHECK (char_length(tax_note) BETWEEN 1 AND 500),
  payment_days int NOT NULL CHECK (payment_days BETWEEN 0 AND 180),
  CHECK ((tax_kind = 'STANDARD') = (tax_basis_points > 0)),
  CHECK ((tax_kind = 'STANDARD') = (tax_note IS NULL))
);
COMMENT ON COLUMN billing.profile.tax_note IS 'Why no tax is charged, as it is printed';

-- Closing ----------------------------------------------------------------------------------------------------------

-- What an instance promises: no request that arrived there before this instant is unsettled any more.
ALTER TABLE billing.instance ADD COLUMN settled_until timestamptz;

-- What instances that are gone had promised last: a close waits for those whose promise does not reach the month's end.
CREATE TABLE billing.departed_instance (
  epoch bigint PRIMARY KEY,
  id uuid NOT NULL,
  settled_until timestamptz,
  departed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION billing.remember_departure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO billing.departed_instance (epoch, id, settled_until) VALUES (OLD.epoch, OLD.id, OLD.settled_until);
  DELETE FROM billing.departed_instance WHERE departed_at < clock_timestamp() - interval '1 year';
  RETURN NULL;
END $$;
CREATE TRIGGER remember AFTER DELETE ON billing.instance FOR EACH ROW EXECUTE FUNCTION billing.remember_departure();

-- ADR 0011: which invoice a usage row belongs to is told by when it was settled, so this is the instant at which the
-- row is written, under the table's lock, and not the one at which its transaction began.
ALTER TABLE billing.usage ALTER COLUMN settled_at SET DEFAULT clock_timestamp();
CREATE INDEX usage_settled ON billing.usage USING brin (settled_at) WITH (pages_per_range = 64);

CREATE TABLE billing.close (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  begun_by text NOT NULL CHECK (char_length(begun_by) BETWEEN 1 AND 100),
  overridden_by text CHECK (char_length(overridden_by) BETWEEN 1 AND 100),
  not_waited_for bigint[] NOT NULL DEFAULT '{}',
  cut_at timestamptz,
  summed_at timestamptz,
  drafted_at timestamptz,
  CHECK (summed_at IS NULL OR cut_at IS NOT NULL),
  CHECK (drafted_at IS NULL OR summed_at IS NOT NULL)
);
CREATE UNIQUE INDEX close_one_at_a_time ON billing.close ((true)) WHERE drafted_at IS NULL;
COMMENT ON COLUMN billing.close.not_waited_for IS 'Epochs of instances that had not said that they have settled everything';
COMMENT ON COLUMN billing.close.cut_at IS 'Usage settled from this instant on is late: it belongs to the next invoice';

-- A tenant's billing month, once a close has taken it up. A month without a row is open.
CREATE TABLE billing.period (
  tenant_id uuid NOT NULL,
  month date NOT NULL,
  span tstzrange NOT NULL CHECK (NOT isempty(span) AND lower_inc(span) AND NOT upper_inc(span)
    AND NOT lower_inf(span) AND NOT upper_inf(span)),
  close_id bigint NOT NULL REFERENCES billing.close,
  previous_cut timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('CLOSING', 'DRAFTED')),
  PRIMARY KEY (tenant_id, month),
  EXCLUDE USING gist (tenant_id WITH =, span WITH &&)
);
CREATE INDEX period_of_close ON billing.period (close_id, tenant_id) WHERE state = 'CLOSING';
COMMENT ON COLUMN billing.period.previous_cut IS 'The cut of the period before, -infinity for a tenant''s first';

-- The usage of a close in stretches of request ids, each summed in a transaction of its own.
CREATE TABLE billing.close_slice (
  close_id bigint NOT NULL REFERENCES billing.close,
  slice int NOT NULL,
  from_id uuid NOT NULL,
  until_id uuid NOT NULL,
  done_at timestamptz,
  PRIMARY KEY (close_id, slice)
);

CREATE TABLE billing.usage_sum (
  close_id bigint NOT NULL,
  slice int NOT NULL,
  tenant_id uuid NOT NULL,
  service_month date NOT NULL,
  contract_id bigint NOT NULL,
  model text NOT NULL,
  region text NOT NULL,
  account_id bigint NOT NULL,
  price_id bigint NOT NULL,
  unit_price bigint NOT NULL,
  requests bigint NOT NULL,
  tokens numeric(38,0) NOT NULL,
  amount numeric(38,0) NOT NULL
);
CREATE INDEX usage_sum_of_tenant ON billing.usage_sum (close_id, tenant_id);
COMMENT ON TABLE billing.usage_sum IS 'Sums of a close that is under way; gone once its tenants have their drafts';

-- What a tenant owes or is owed apart from usage, until an invoice takes it up.
CREATE TABLE billing.adjustment (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('ADJUSTMENT', 'SLA_CREDIT')),
  currency text NOT NULL REFERENCES billing.currency,
  amount_pico numeric(38,0) NOT NULL CHECK (amount_pico <> 0),
  service_month date NOT NULL,
  description text NOT NULL CHECK (char_length(description) BETWEEN 1 AND 300),
  reference text NOT NULL CHECK (char_length(reference) BETWEEN 1 AND 100),
  recorded_by text NOT NULL CHECK (char_length(recorded_by) BETWEEN 1 AND 100),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (tenant_id, reference),
  CHECK (kind <> 'SLA_CREDIT' OR amount_pico < 0)
);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.adjustment
  EXECUTE FUNCTION billing.refuse_change();

-- Documents --------------------------------------------------------------------------------------------------------

CREATE TABLE billing.number_sequence (
  issuer text NOT NULL REFERENCES billing.issuer,
  series text NOT NULL CHECK (series IN ('INVOICE', 'CREDIT_NOTE')),
  year int NOT NULL,
  last int NOT NULL CHECK (last >= 0),
  PRIMARY KEY (issuer, series, year)
);

-- Amounts of the document are in the currency's smallest coin, exact ones in pico-units.
CREATE TABLE billing.invoice (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('INVOICE', 'CREDIT_NOTE')),
  state text NOT NULL CHECK (state IN ('DRAFT', 'FINALISED', 'PAID', 'VOID')),
  month date NOT NULL,
  span tstzrange NOT NULL,
  previous_cut timestamptz NOT NULL,
  cut_at timestamptz NOT NULL,
  currency text NOT NULL REFERENCES billing.currency,
  corrects uuid REFERENCES billing.invoice,
  reason text CHECK (char_length(reason) BETWEEN 1 AND 300),
  exact_pico numeric(38,0) NOT NULL DEFAULT 0,
  balance_pico numeric(38,0) NOT NULL DEFAULT 0,
  net bigint NOT NULL DEFAULT 0,
  tax_kind text CHECK (tax_kind IN ('STANDARD', 'REVERSE_CHARGE', 'EXEMPT', 'OUTSIDE_SCOPE')),
  tax_basis_points int NOT NULL DEFAULT 0,
  tax_note text,
  tax bigint NOT NULL DEFAULT 0,
  total bigint NOT NULL DEFAULT 0,
  prepaid bigint NOT NULL DEFAULT 0,
  credit_applied bigint NOT NULL DEFAULT 0 CHECK (credit_applied >= 0),
  credit_carried bigint NOT NULL DEFAULT 0 CHECK (credit_carried >= 0),
  due bigint NOT NULL DEFAULT 0 CHECK (due >= 0),
  usage_due_pico numeric(38,0) NOT NULL DEFAULT 0 CHECK (usage_due_pico >= 0),
  released_pico numeric(38,0) NOT NULL DEFAULT 0 CHECK (released_pico >= 0),
  issuer text REFERENCES billing.issuer,
  seller bigint REFERENCES billing.party,
  buyer bigint REFERENCES billing.party,
  number text UNIQUE,
  sequence_year int,
  sequence int,
  issued_on date,
  due_on date,
  finalised_at timestamptz,
  finalised_by text,
  content_hash bytea CHECK (octet_length(content_hash) = 32),
  drafted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (issuer, kind, sequence_year, sequence),
  CHECK ((state = 'DRAFT') = (number IS NULL)),
  CHECK (num_nulls(number, sequence_year, sequence, issued_on, due_on, finalised_at, finalised_by, content_hash,
    issuer, seller, buyer, tax_kind) = 0 OR state = 'DRAFT'),
  CHECK (total = net + tax),
  CHECK (total = prepaid + due + credit_applied - credit_carried),
  CHECK (kind = 'INVOICE' OR corrects IS NOT NULL)
);
CREATE UNIQUE INDEX invoice_once ON billing.invoice (tenant_id, month, currency)
  WHERE kind = 'INVOICE' AND state <> 'VOID';
CREATE INDEX invoice_of_month ON billing.invoice (month, state);
CREATE INDEX invoice_corrected ON billing.invoice (corrects) WHERE corrects IS NOT NULL;
COMMENT ON COLUMN billing.invoice.balance_pico IS 'The sum of the lines that were drawn from the tenant''s money';
COMMENT ON COLUMN billing.invoice.usage_due_pico IS 'Of what is due the part that pays for usage on credit';
COMMENT ON COLUMN billing.invoice.released_pico IS 'Usage on credit that credits on this document have paid for';

CREATE TABLE billing.invoice_line (
  invoice_id uuid NOT NULL REFERENCES billing.invoice ON DELETE CASCADE,
  position int NOT NULL CHECK (position > 0),
  kind text NOT NULL CHECK (kind IN ('USAGE', 'PACK', 'SHORTFALL', 'WAIVED', 'SLA_CREDIT', 'ADJUSTMENT', 'CREDIT')),
  service_month date NOT NULL,
  charged_to text NOT NULL CHECK (charged_to IN ('NOTHING', 'BALANCE', 'RECORDED', 'INVOICE')),
  contract_id bigint,
  model text,
  region text,
  token_class text,
  fund text,
  account_id bigint,
  price_id bigint,
  adjustment_id bigint REFERENCES billing.adjustment,
  description text,
  requests bigint NOT NULL,
  quantity numeric(38,0) NOT NULL,
  unit_price bigint NOT NULL,
  fund_amount numeric(38,0) NOT NULL,
  amount_pico numeric(38,0) NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (invoice_id, position),
  CHECK (charged_to <> 'NOTHING' OR (amount_pico = 0 AND amount = 0)),
  CHECK (kind <> 'USAGE' OR num_nulls(contract_id, model, region, token_class, fund, account_id, price_id) = 0)
);
CREATE INDEX invoice_line_pack ON billing.invoice_line (account_id) WHERE kind = 'PACK';
CREATE INDEX invoice_line_adjustment ON billing.invoice_line (adjustment_id) WHERE adjustment_id IS NOT NULL;
COMMENT ON COLUMN billing.invoice_line.charged_to IS
  'BALANCE: drawn from the tenant''s money when it was used or bought; RECORDED: paid by other means; INVOICE: demanded here';
COMMENT ON COLUMN billing.invoice_line.fund_amount IS 'In the unit of the fund: pico-units, tokens or thousandths of a pack token';

-- What tenants have to their credit: carried from negative invoices and credit notes, applied to later ones.
CREATE TABLE billing.credit_movement (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  currency text NOT NULL REFERENCES billing.currency,
  amount bigint NOT NULL CHECK (amount <> 0),
  invoice_id uuid NOT NULL REFERENCES billing.invoice,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX credit_movement_of_tenant ON billing.credit_movement (tenant_id, currency);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.credit_movement
  EXECUTE FUNCTION billing.refuse_change();

-- What settles a document after it was finalised.
CREATE TABLE billing.invoice_settlement (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  invoice_id uuid NOT NULL REFERENCES billing.invoice,
  kind text NOT NULL CHECK (kind IN ('PAYMENT', 'REFUND', 'CREDIT_NOTE')),
  amount bigint NOT NULL CHECK ((kind = 'REFUND') = (amount < 0) AND amount <> 0),
  moved_pico numeric(38,0) NOT NULL,
  reference text NOT NULL CHECK (char_length(reference) BETWEEN 1 AND 100),
  recorded_by text NOT NULL CHECK (char_length(recorded_by) BETWEEN 1 AND 100),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (invoice_id, kind, reference)
);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.invoice_settlement
  EXECUTE FUNCTION billing.refuse_change();
COMMENT ON COLUMN billing.invoice_settlement.amount IS 'In the smallest coin; what it takes off the amount due';
COMMENT ON COLUMN billing.invoice_settlement.moved_pico IS 'What of it went on to the tenant''s money, for usage on credit';

-- What no document in force has taken up yet ---------------------------------------------------------------------------

CREATE VIEW billing.unbilled_pack AS
SELECT p.* FROM billing.pack p
WHERE NOT EXISTS (
  SELECT FROM billing.invoice_line l JOIN billing.invoice i ON i.id = l.invoice_id
  WHERE l.kind = 'PACK' AND l.account_id = p.account_id AND i.kind = 'INVOICE' AND i.state <> 'VOID');

CREATE VIEW billing.unbilled_adjustment AS
SELECT a.* FROM billing.adjustment a
WHERE NOT EXISTS (
  SELECT FROM billing.invoice_line l JOIN billing.invoice i ON i.id = l.invoice_id
  WHERE l.adjustment_id = a.id AND i.kind = 'INVOICE' AND i.state <> 'VOID');

-- Usage that the funds no longer covered is the operator's loss: it is shown, and taken off again.
CREATE VIEW billing.unbilled_loss AS
SELECT a.id AS account_id, a.tenant_id, a.unit AS currency, lost.amount - COALESCE(waived.amount, 0) AS amount
FROM billing.account a
CROSS JOIN LATERAL (
  SELECT sum(t.amount) AS amount FROM billing.transfer t
  WHERE t.debit_account = a.id AND t.reason = 'USAGE_UNFUNDED') lost
CROSS JOIN LATERAL (
  SELECT -sum(l.amount_pico) AS amount FROM billing.invoice i JOIN billing.invoice_line l ON l.invoice_id = i.id
  WHERE i.tenant_id = a.tenant_id AND i.currency = a.unit AND i.kind = 'INVOICE' AND i.state <> 'VOID'
    AND l.kind = 'WAIVED') waived
WHERE a.kind = 'LOSS' AND a.unit NOT IN ('TOKEN', 'PACK') AND lost.amount > COALESCE(waived.amount, 0);

-- All that a document says, in one fixed form, for its hash.
CREATE FUNCTION billing.invoice_text(document billing.invoice) RETURNS text LANGUAGE sql STABLE
RETURN concat_ws(E'\n',
  concat_ws('|', 'tollgate-document-1', document.id, document.tenant_id, document.kind, document.number, document.month,
    to_char(lower(document.span) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    to_char(upper(document.span) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), document.currency,
    COALESCE(document.corrects::text, ''), quote_nullable(document.reason), document.issued_on, document.due_on),
  (SELECT string_agg(concat_ws('|', 'party', quote_literal(p.name), quote_literal(p.street), quote_literal(p.street_2),
      quote_literal(p.postal_code), quote_literal(p.city), p.country, quote_nullable(p.tax_id),
      quote_nullable(p.registration), p.email, quote_nullable(p.iban), quote_nullable(p.bic)), E'\n'
      ORDER BY p.id = document.buyer)
    FROM billing.party p WHERE p.id IN (document.seller, document.buyer)),
  (SELECT string_agg(concat_ws('|', 'line', l.position, l.kind, l.service_month, l.charged_to,
      COALESCE(l.contract_id::text, ''), quote_nullable(l.model), quote_nullable(l.region),
      COALESCE(l.token_class, ''), COALESCE(l.fund, ''), COALESCE(l.account_id::text, ''),
      COALESCE(l.price_id::text, ''), COALESCE(l.adjustment_id::text, ''), quote_nullable(l.description), l.requests,
      l.quantity, l.unit_price, l.fund_amount, l.amount_pico, l.amount), E'\n' ORDER BY l.position)
    FROM billing.invoice_line l WHERE l.invoice_id = document.id),
  concat_ws('|', 'total', document.exact_pico, document.net, document.tax_kind, document.tax_basis_points,
    quote_nullable(document.tax_note), document.tax, document.total, document.prepaid, document.credit_applied,
    document.credit_carried, document.due));

-- A draft may be changed and thrown away. Finalising fixes it under its hash; then only its state moves on.
CREATE FUNCTION billing.guard_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'DRAFT' THEN
      RETURN OLD;
    END IF;
  ELSIF OLD.state = 'DRAFT' THEN
    IF NEW.state = 'FINALISED' THEN
      NEW.content_hash := sha256(convert_to(billing.invoice_text(NEW), 'UTF8'));
    END IF;
    IF NEW.state IN ('DRAFT', 'FINALISED') THEN
      RETURN NEW;
    END IF;
  ELSIF to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state'
    AND (OLD.state, NEW.state) IN (('FINALISED', 'PAID'), ('PAID', 'FINALISED'), ('FINALISED', 'VOID'), ('PAID', 'VOID')) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'The document % is % and stays as it is', OLD.number, OLD.state USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON billing.invoice
  FOR EACH ROW EXECUTE FUNCTION billing.guard_invoice();
ALTER TABLE billing.invoice ENABLE ALWAYS TRIGGER guard;
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON billing.invoice EXECUTE FUNCTION billing.refuse_change();

CREATE FUNCTION billing.refuse_final_born() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A document begins as a draft' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER begins_as_draft BEFORE INSERT ON billing.invoice FOR EACH ROW WHEN (NEW.state <> 'DRAFT')
  EXECUTE FUNCTION billing.refuse_final_born();

-- Lines belong to their document: they come and go with a draft, and are never changed.
CREATE FUNCTION billing.guard_invoice_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM billing.invoice i JOIN (SELECT DISTINCT invoice_id FROM added) a ON a.invoice_id = i.id
      WHERE i.state <> 'DRAFT';
  ELSE
    PERFORM FROM billing.invoice i JOIN (SELECT DISTINCT invoice_id FROM removed) r ON r.invoice_id = i.id
      WHERE i.state <> 'DRAFT';
  END IF;
  IF FOUND THEN
    RAISE EXCEPTION 'The lines of a finalised document stay as they are' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard_added AFTER INSERT ON billing.invoice_line REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION billing.guard_invoice_line();
CREATE TRIGGER guard_removed AFTER DELETE ON billing.invoice_line REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION billing.guard_invoice_line();
CREATE TRIGGER refuse_change BEFORE UPDATE OR TRUNCATE ON billing.invoice_line
  EXECUTE FUNCTION billing.refuse_change();
ALTER TABLE billing.invoice_line ENABLE ALWAYS TRIGGER guard_added;
ALTER TABLE billing.invoice_line ENABLE ALWAYS TRIGGER guard_removed;
ALTER TABLE billing.invoice_line ENABLE ALWAYS TRIGGER refuse_change;

-- The ledger's side of documents --------------------------------------------------------------------------------------

-- Whatever kinds of accounts and reasons of transfers there are by now, these come on top.
DO $$
DECLARE
  added record;
BEGIN
  FOR added IN SELECT * FROM (VALUES
      ('account', 'account_kind_check', '''RECEIVABLE''::text, ''INVOICED''::text, ''TAX''::text, ''ROUNDING''::text'),
      ('transfer', 'transfer_reason_check', '''INVOICE''::text, ''INVOICE_TAX''::text, ''INVOICE_ROUNDING''::text, '
        || '''PAYMENT''::text, ''PAYMENT_OF_USAGE''::text, ''REFUND''::text')) AS a(name, rule, more) LOOP
    EXECUTE (
      SELECT format('ALTER TABLE billing.%I DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', added.name, added.rule, added.rule,
        replace(pg_get_constraintdef(oid), 'ARRAY[', 'ARRAY[' || added.more || ', '))
      FROM pg_constraint WHERE conrelid = ('billing.' || added.name)::regclass AND conname = added.rule);
  END LOOP;
END $$;
