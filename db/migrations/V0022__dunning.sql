-- Dunning: reminders of invoices that are overdue, by levels of a dated policy, and tenants refused until they pay.

ALTER TABLE tenants.tenant ADD COLUMN overdue_since timestamptz;
COMMENT ON COLUMN tenants.tenant.overdue_since IS
  'Since when keys are refused because invoices are overdue; null while they are not. Apart from suspended_at, which is a person''s';

-- A policy is the rows of one day; the latest that has come is in force. An invoice takes the levels one after the other.
CREATE TABLE billing.dunning_level (
  effective_from date NOT NULL,
  level int NOT NULL CHECK (level BETWEEN 1 AND 9),
  days_after_due int NOT NULL CHECK (days_after_due BETWEEN 1 AND 365),
  subject text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 200),
  body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 5000),
  suspends boolean NOT NULL,
  PRIMARY KEY (effective_from, level)
);
COMMENT ON COLUMN billing.dunning_level.body IS
  'With {name}, {number}, {amount}, {due} and {days} for the tenant''s name, the invoice and how long it is overdue';
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.dunning_level
  EXECUTE FUNCTION billing.refuse_change();

-- One row for an invoice and a level, made before the mail is sent: there is never a second mail for one level.
CREATE TABLE billing.dunning_step (
  invoice_id uuid NOT NULL REFERENCES billing.invoice,
  level int NOT NULL,
  tenant_id uuid NOT NULL,
  recipient text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  state text NOT NULL CHECK (state IN ('SENDING', 'SENT', 'FAILED', 'SILENT')),
  failure text,
  taken_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (invoice_id, level),
  CHECK ((state = 'FAILED') = (failure IS NOT NULL))
);
CREATE INDEX dunning_step_tenant ON billing.dunning_step (tenant_id, taken_at);
COMMENT ON COLUMN billing.dunning_step.state IS
  'SENDING when nobody knows whether the mail left, so it is not sent again; FAILED is tried again; SILENT where mail is off';

INSERT INTO billing.dunning_level (effective_from, level, days_after_due, subject, body, suspends) VALUES
  ('2025-01-01', 1, 3, 'Payment reminder: invoice {number}',
    E'Dear {name},\n\nour invoice {number} over {amount} was due on {due} and we have not seen your payment yet. If you have paid meanwhile, please ignore this message.\n', false),
  ('2025-01-01', 2, 14, 'Second reminder: invoice {number}',
    E'Dear {name},\n\nour invoice {number} is {days} days overdue; {amount} are still open. Please pay now, so that your access is not interrupted.\n', false),
  ('2025-01-01', 3, 30, 'Access suspended: invoice {number} is overdue',
    E'Dear {name},\n\nour invoice {number} has been overdue for {days} days. Requests with your API keys are refused from now on. Access is restored as soon as {amount} are paid.\n', true);
