-- A document tells of each line when the month began and ended in which it was used, so whoever reads documents reads the
-- periods of their tenant.
GRANT SELECT ON billing.period TO tollgate_portal;
ALTER TABLE billing.period ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_tenant ON billing.period USING (tenants.sees(tenant_id));
