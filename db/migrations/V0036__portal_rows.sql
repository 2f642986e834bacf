-- The portal's pages read as this role: of what belongs to tenants it sees the rows of the one that the transaction names
-- in tollgate.tenant, and what is not granted here it does not see at all. Roles belong to the whole server, so another
-- database on it may have made this one already.
DO $$
BEGIN
  CREATE ROLE tollgate_portal NOLOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END $$;
DO $$
BEGIN
  EXECUTE format('GRANT tollgate_portal TO %I', current_user);
EXCEPTION WHEN unique_violation THEN
  NULL;
END $$;

GRANT USAGE ON SCHEMA tenants, billing, gateway TO tollgate_portal;

-- Null, which equals nothing, where no tenant is named.
CREATE FUNCTION tenants.seen_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('tollgate.tenant', true), '')::uuid;

-- Of nobody in particular: what is on sale, and who sends invoices.
GRANT SELECT ON billing.plan, billing.price, billing.time_band, billing.pack_offer, billing.currency, billing.issuer
  TO tollgate_portal;

-- Whoever is not this role sees all rows, so that nothing else is changed by these policies, whoever owns the tables.
CREATE FUNCTION tenants.sees(tenant uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN current_user <> 'tollgate_portal' OR tenant = tenants.seen_tenant();

DO $$
DECLARE
  named text;
BEGIN
  FOREACH named IN ARRAY ARRAY['tenants.project', 'tenants.api_key', 'tenants.member', 'tenants.invitation',
    'tenants.rate_limit', 'tenants.management_token', 'billing.contract', 'billing.account', 'billing.fund',
    'billing.usage', 'billing.usage_day', 'billing.pack', 'billing.terms', 'billing.budget', 'billing.invoice', 'billing.profile',
    'gateway.audit', 'gateway.pack_order'] LOOP
    EXECUTE format('GRANT SELECT ON %s TO tollgate_portal', named);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', named);
    EXECUTE format('CREATE POLICY of_the_tenant ON %s USING (tenants.sees(tenant_id))', named);
  END LOOP;
END $$;

-- What names its tenant by way of another table, whose policy decides.
GRANT SELECT ON tenants.tenant, tenants.person, billing.party, billing.invoice_line, billing.invoice_settlement,
  billing.posting, gateway.shown_secret TO tollgate_portal;
ALTER TABLE tenants.tenant ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_tenant ON tenants.tenant USING (tenants.sees(id));
ALTER TABLE tenants.person ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_tenant ON tenants.person USING (current_user <> 'tollgate_portal'
  OR EXISTS (SELECT FROM tenants.member m WHERE m.person_id = person.id));
ALTER TABLE billing.party ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_tenant ON billing.party USING (tenant_id IS NULL OR tenants.sees(tenant_id));
ALTER TABLE billing.invoice_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_tenant ON billing.invoice_line USING (current_user <> 'tollgate_portal'
  OR EXISTS (SELECT FROM billing.invoice i WHERE i.id = invoice_id));
ALTER TABLE billing.invoice_settlement ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_tenant ON billing.invoice_settlement USING (current_user <> 'tollgate_portal'
  OR EXISTS (SELECT FROM billing.invoice i WHERE i.id = invoice_id));
-- A row sums up what several accounts are yet to be drawn; those are seen that touch an account of the tenant.
ALTER TABLE billing.posting ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_tenant ON billing.posting USING (current_user <> 'tollgate_portal'
  OR EXISTS (SELECT FROM billing.fund f WHERE f.account_id = ANY (accounts)));
GRANT SELECT ON billing.transfer TO tollgate_portal;
ALTER TABLE billing.transfer ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_tenant ON billing.transfer USING (current_user <> 'tollgate_portal'
  OR EXISTS (SELECT FROM billing.account a WHERE a.id = credit_account));
