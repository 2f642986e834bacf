-- Rate limits as they are configured (tenants), and the shares of them that gateway instances have borrowed (gateway).
ALTER TABLE tenants.api_key ADD UNIQUE (tenant_id, id);

CREATE TABLE tenants.rate_limit (
  -- The subject: the key or the project where one is named, else the tenant as a whole.
  id                  uuid PRIMARY KEY GENERATED ALWAYS AS (COALESCE(api_key_id, project_id, tenant_id)) STORED,
  tenant_id           uuid NOT NULL REFERENCES tenants.tenant,
  project_id          uuid,
  api_key_id          uuid,
  -- Null where nothing is limited.
  requests_per_minute bigint CHECK (requests_per_minute BETWEEN 1 AND 1000000000),
  tokens_per_minute   bigint CHECK (tokens_per_minute BETWEEN 1 AND 1000000000000),
  concurrent_requests bigint CHECK (concurrent_requests BETWEEN 1 AND 1000000),
  CHECK (num_nonnulls(project_id, api_key_id) <= 1),
  CHECK (num_nonnulls(requests_per_minute, tokens_per_minute, concurrent_requests) > 0),
  FOREIGN KEY (tenant_id, project_id) REFERENCES tenants.project (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, api_key_id) REFERENCES tenants.api_key (tenant_id, id) ON DELETE CASCADE
);

CREATE TRIGGER rate_limit_announced AFTER INSERT OR UPDATE OR DELETE ON tenants.rate_limit
  FOR EACH ROW EXECUTE FUNCTION tenants.announce('limits');

-- What the instances of the gateway share.
CREATE SCHEMA gateway;

-- One row per registration of an instance. Its epoch is alive until it ends, by its own word or because it was silent
-- for too long; it comes back under a new one. An ended row stays for the minute in which what it used still counts.
CREATE TABLE gateway.instance (
  epoch         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id            uuid NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at    timestamptz NOT NULL,
  ended_at      timestamptz
);

-- How much of one limit an instance may use: of requests and tokens within any minute, of slots at any time.
CREATE TABLE gateway.limit_share (
  subject_id uuid NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('REQUESTS', 'TOKENS', 'SLOTS')),
  epoch      bigint NOT NULL REFERENCES gateway.instance ON DELETE CASCADE,
  granted    bigint NOT NULL CHECK (granted > 0),
  PRIMARY KEY (subject_id, kind, epoch)
) WITH (fillfactor = 50);
CREATE INDEX limit_share_epoch ON gateway.limit_share (epoch);

-- Sets an instance's shares of some limits: what it needs as far as others leave room, and of what it asks ahead at
-- most half of the rest, so that shares shrink towards the exact need as a limit is used up. What it had is kept up to
-- the floor that it names. All numbers are absolute: an answer that was lost does no harm, the next one says it again.
-- Returns a row per question with what is lent to it and to others now; none at all if the instance's epoch has ended.
CREATE FUNCTION gateway.borrow(borrower bigint, subjects uuid[], kinds text[], limits bigint[], floors bigint[],
  needs bigint[], aheads bigint[]) RETURNS TABLE (question bigint, lent_here bigint, lent_elsewhere bigint)
LANGUAGE plpgsql AS $$
DECLARE
  ask record;
  own bigint;
  room bigint;
BEGIN
  -- Shares are no money: what a crash of the database forgets, it forgets for the minute in which it counts.
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM FROM gateway.instance i WHERE i.epoch = borrower AND i.ended_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  FOR ask IN
    SELECT a.*, hashtextextended(a.kind || ':' || a.subject, 0) AS lock_id
    FROM unnest(subjects, kinds, limits, floors, needs, aheads) WITH ORDINALITY
      AS a(subject, kind, most, floor, need, ahead, number)
    ORDER BY lock_id, number
  LOOP
    -- Every statement in here sees what was committed before it began: once the lock is had, the sums are right.
    PERFORM pg_advisory_xact_lock(ask.lock_id);
    SELECT COALESCE(sum(s.granted) FILTER (WHERE s.epoch = borrower), 0)::bigint,
      COALESCE(sum(s.granted) FILTER (WHERE s.epoch <> borrower), 0)::bigint
      INTO own, lent_elsewhere
      FROM gateway.limit_share s WHERE s.subject_id = ask.subject AND s.kind = ask.kind;
    room := ask.most - lent_elsewhere;
    lent_here := GREATEST(0, LEAST(own, ask.floor),
      LEAST(room, ask.need + LEAST(ask.ahead, (GREATEST(room - ask.need, 0) + 1) / 2)));
    IF lent_here = 0 THEN
      DELETE FROM gateway.limit_share s
        WHERE s.subject_id = ask.subject AND s.kind = ask.kind AND s.epoch = borrower;
    ELSIF lent_here <> own THEN
      INSERT INTO gateway.limit_share AS s (subject_id, kind, epoch, granted)
        VALUES (ask.subject, ask.kind, borrower, lent_here)
        ON CONFLICT (subject_id, kind, epoch) DO UPDATE SET granted = excluded.granted;
    END IF;
    question := ask.number;
    RETURN NEXT;
  END LOOP;
END
$$;
