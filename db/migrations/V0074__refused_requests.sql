-- Requests that a model's server found wrong once they held funds: an outcome of their own, apart from our failures.

ALTER TABLE billing.usage
  DROP CONSTRAINT usage_outcome_check,
  DROP CONSTRAINT usage_check,
  ADD CONSTRAINT usage_outcome_check CHECK (outcome IN ('COMPLETED', 'LENGTH', 'FUNDS_EXHAUSTED', 'CLIENT_DISCONNECTED',
    'BACKEND_FAILED', 'REQUEST_REFUSED', 'INTERRUPTED')),
  ADD CONSTRAINT usage_check CHECK (outcome NOT IN ('BACKEND_FAILED', 'REQUEST_REFUSED')
    OR (amount_pico = 0 AND free_tokens = 0 AND pack_millitokens = 0));
