-- The enterprise plan: a discount and a commitment per billing month. Prices, packs and contracts in CNY.
ALTER TABLE billing.plan
  ADD COLUMN discount_basis_points int NOT NULL DEFAULT 0 CHECK (discount_basis_points BETWEEN 0 AND 10000),
  ADD COLUMN least_commitment bigint NOT NULL DEFAULT 0 CHECK (least_commitment >= 0);
COMMENT ON COLUMN billing.plan.least_commitment IS 'Raw tokens per billing month that a contract must commit to';

ALTER TABLE billing.contract
  ADD COLUMN committed_tokens_per_month bigint NOT NULL DEFAULT 0 CHECK (committed_tokens_per_month >= 0);

-- Seed: 30 % off, at least 50 million raw tokens a month (plans).
INSERT INTO billing.plan (name, free_tokens_per_month, discount_basis_points, least_commitment)
VALUES ('enterprise', 0, 3000, 50000000);

-- Seed: a list in CNY, per million tokens 2 input, 0.2 cached input and 8 output; packs at 20 % off, from 300 up.
INSERT INTO billing.price (model, region, token_class, currency, effective, pico_per_token) VALUES
  ('*', '*', 'INPUT', 'CNY', '[2025-01-01T00:00:00Z,)', 2000000),
  ('*', '*', 'INPUT_CACHED', 'CNY', '[2025-01-01T00:00:00Z,)', 200000),
  ('*', '*', 'OUTPUT', 'CNY', '[2025-01-01T00:00:00Z,)', 8000000);
INSERT INTO billing.pack_offer (counted_in, currency, effective, pico_per_pack_token, minimum, months) VALUES
  ('TOKENS', 'CNY', '[2025-01-01T00:00:00Z,)', 1600000, 1000000, 12),
  ('MONEY', 'CNY', '[2025-01-01T00:00:00Z,)', 1600000, 300000000000000, 12);
