-- Recalls are numbered, and every lease says which recall it has answered last: so who is short of funds can tell
-- whether the others hold what they have, or have not said yet (ADR 0023).

CREATE SEQUENCE billing.recall;
SELECT nextval('billing.recall');

ALTER TABLE billing.lease ADD COLUMN answered bigint NOT NULL DEFAULT 0;
