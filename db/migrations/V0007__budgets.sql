-- Budgets: hard caps on the money that a tenant, a project or a key spends in a billing month, as accounts that are
-- leased, held and settled along with money. What a budget has spent is its balance below zero, its cap the limit.

ALTER TABLE billing.account
  DROP CONSTRAINT account_kind_check,
  DROP CONSTRAINT account_valid_from_check,
  DROP CONSTRAINT account_subject_check,
  ADD CONSTRAINT account_kind_check CHECK (kind IN
    ('MONEY', 'FREE_ALLOWANCE', 'PACK', 'BUDGET', 'CASH', 'REVENUE', 'PACK_REVENUE', 'ALLOWANCE_GRANTED',
      'ALLOWANCE_USED', 'PACK_SOLD', 'PACK_USED', 'PACK_EXPIRED', 'BUDGET_SPENT', 'BUDGET_PASSED', 'LOSS')),
  ADD CONSTRAINT account_valid_from_check
    CHECK ((kind IN ('FREE_ALLOWANCE', 'PACK', 'BUDGET')) = (valid_from IS NOT NULL)),
  ADD CONSTRAINT account_subject_check CHECK ((kind IN ('PACK', 'BUDGET')) = (subject IS NOT NULL));

ALTER TABLE billing.transfer
  DROP CONSTRAINT transfer_reason_check,
  ADD CONSTRAINT transfer_reason_check CHECK (reason IN ('TOP_UP', 'ALLOWANCE', 'USAGE', 'USAGE_LATE', 'USAGE_UNFUNDED',
    'PACK_PAYMENT', 'PACK_SALE', 'PACK_EXPIRY', 'BUDGET_OPENING'));

ALTER TABLE billing.fund
  ADD COLUMN agreed_limit numeric(38,0) CHECK (agreed_limit >= 0),
  ADD COLUMN subject text,
  DROP CONSTRAINT fund_kind_check,
  DROP CONSTRAINT no_credit_in_tokens,
  ADD CONSTRAINT fund_kind_check CHECK (kind IN ('MONEY', 'FREE_ALLOWANCE', 'PACK', 'BUDGET')),
  ADD CONSTRAINT no_credit_in_tokens CHECK (kind IN ('MONEY', 'BUDGET') OR credit_limit = 0),
  ADD CONSTRAINT budget_subject_check CHECK ((kind = 'BUDGET') = (subject IS NOT NULL)),
  -- A cap must not be had twice where a tenant's time zone changes.
  ADD CONSTRAINT one_budget_at_a_time EXCLUDE USING gist
    (tenant_id WITH =, unit WITH =, subject WITH =, tstzrange(valid_from, valid_until) WITH &&) WHERE (kind = 'BUDGET');
COMMENT ON COLUMN billing.fund.agreed_limit IS
  'What was agreed, where the limit in force is still higher because more than that is leased; nothing more is leased beyond it';
COMMENT ON COLUMN billing.fund.subject IS 'Of a budget: TENANT, PROJECT or KEY, a colon and the id';

CREATE TABLE billing.budget (
  tenant_id uuid NOT NULL,
  subject text NOT NULL CHECK (subject ~ '^(TENANT|PROJECT|KEY):[0-9a-f-]{36}$'),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  cap_pico numeric(38,0) NOT NULL CHECK (cap_pico > 0),
  PRIMARY KEY (tenant_id, subject)
);
COMMENT ON TABLE billing.budget IS 'The caps as they are set; each billing month that sees use gets a fund of its own';
