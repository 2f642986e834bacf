-- Packs are ordered over the management API too, where a token stands for the tenant and no person is known.
ALTER TABLE gateway.pack_order ALTER COLUMN ordered_by DROP NOT NULL;
ALTER TABLE gateway.pack_order ADD COLUMN ordered_token uuid REFERENCES tenants.management_token;
ALTER TABLE gateway.pack_order ADD CONSTRAINT one_orderer CHECK (num_nonnulls(ordered_by, ordered_token) = 1);
