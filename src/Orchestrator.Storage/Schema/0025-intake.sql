-- The ticket that a run works on.
CREATE TABLE tickets(
  run_id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  source TEXT NOT NULL,
  base_url TEXT NULL,
  repository TEXT NOT NULL,
  number TEXT NOT NULL,
  revision TEXT NOT NULL,
  author TEXT NULL,
  title TEXT NOT NULL,
  url TEXT NULL) WITHOUT ROWID;

-- What ticket systems have sent and was answered with success: one row for each body of a source.
CREATE TABLE deliveries(
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  tenant TEXT NOT NULL,
  team TEXT NOT NULL,
  delivery TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  event TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('Queued', 'Started', 'Ignored', 'Refused', 'Failed')),
  reason TEXT NULL,
  ticket_key TEXT NULL,   -- the ticket, whatever its revision
  business_key TEXT NULL, -- the ticket and what asks for a run of it
  wish TEXT NULL,         -- what is asked for, as JSON, for as long as it may become a run
  priority INTEGER NOT NULL,
  overtaken INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  served INTEGER NULL,    -- the turn in which it was last tried
  due_at INTEGER NOT NULL,
  run_id TEXT NULL,
  ended_at INTEGER NULL,
  UNIQUE(source, body_hash));

CREATE UNIQUE INDEX deliveries_senders ON deliveries(source, delivery);
CREATE UNIQUE INDEX deliveries_wishes ON deliveries(source, business_key) WHERE business_key IS NOT NULL AND state IN ('Queued', 'Started', 'Failed');
CREATE UNIQUE INDEX deliveries_runs ON deliveries(run_id) WHERE run_id IS NOT NULL;
CREATE UNIQUE INDEX deliveries_turns ON deliveries(served) WHERE served IS NOT NULL;
CREATE INDEX deliveries_served ON deliveries(tenant, team, served) WHERE served IS NOT NULL;
CREATE INDEX deliveries_queued ON deliveries(tenant, team, id) WHERE state = 'Queued';
CREATE INDEX deliveries_tickets ON deliveries(source, ticket_key) WHERE state = 'Started';
CREATE INDEX deliveries_ended ON deliveries(ended_at) WHERE state IN ('Ignored', 'Refused');
