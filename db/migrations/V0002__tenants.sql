-- Who: tenants, their projects, and the API keys of these. Ids are version 7 UUIDs made by the application.
CREATE SCHEMA tenants;

CREATE TABLE tenants.tenant (
  id           uuid PRIMARY KEY,
  slug         text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name         text NOT NULL CHECK (char_length(name) <= 200 AND btrim(name) <> ''),
  created_at   timestamptz NOT NULL,
  -- Suspended from this instant on; null while active.
  suspended_at timestamptz,
  version      integer NOT NULL
);

CREATE TABLE tenants.project (
  id         uuid PRIMARY KEY,
  tenant_id  uuid NOT NULL REFERENCES tenants.tenant,
  name       text NOT NULL CHECK (char_length(name) <= 100 AND btrim(name) <> ''),
  created_at timestamptz NOT NULL,
  version    integer NOT NULL,
  UNIQUE (tenant_id, name),
  -- Target of foreign keys that must not lead into another tenant.
  UNIQUE (tenant_id, id)
);

CREATE TABLE tenants.api_key (
  id          uuid PRIMARY KEY,
  tenant_id   uuid NOT NULL,
  project_id  uuid NOT NULL,
  name        text NOT NULL CHECK (char_length(name) <= 100 AND btrim(name) <> ''),
  scopes      text[] NOT NULL CHECK (
                scopes <@ ARRAY['GENERATE', 'MODELS', 'USAGE'] AND array_position(scopes, NULL) IS NULL),
  -- HMAC-SHA-256 of the key under the server's pepper: of no use to who has the table but not the pepper.
  key_hash    bytea NOT NULL CHECK (octet_length(key_hash) = 32),
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz,
  revoked_at  timestamptz,
  version     integer NOT NULL,
  FOREIGN KEY (tenant_id, project_id) REFERENCES tenants.project (tenant_id, id)
);
CREATE INDEX api_key_of_project ON tenants.api_key (tenant_id, project_id);

-- Announces 'topic:id' of the changed row to every gateway instance when the transaction commits.
CREATE FUNCTION tenants.announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('tollgate_changes', TG_ARGV[0] || ':' || COALESCE(NEW.id, OLD.id));
  RETURN NULL;
END
$$;

CREATE TRIGGER tenant_announced AFTER INSERT OR UPDATE OR DELETE ON tenants.tenant
  FOR EACH ROW EXECUTE FUNCTION tenants.announce('tenants');
CREATE TRIGGER project_announced AFTER INSERT OR UPDATE OR DELETE ON tenants.project
  FOR EACH ROW EXECUTE FUNCTION tenants.announce('projects');
CREATE TRIGGER api_key_announced AFTER INSERT OR UPDATE OR DELETE ON tenants.api_key
  FOR EACH ROW EXECUTE FUNCTION tenants.announce('api_keys');
