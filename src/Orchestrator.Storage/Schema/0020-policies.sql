-- The deployment's policy, each version as it was taken in; the newest holds.
CREATE TABLE policies(
  seq INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  text TEXT NOT NULL,
  person TEXT NOT NULL,
  at INTEGER NOT NULL);

-- What people allowed for later when they approved a call. A use is counted in the transaction in which the call begins.
CREATE TABLE always_rules(
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  scope TEXT NOT NULL,
  scope_of TEXT NOT NULL,
  tool TEXT NOT NULL,
  prefix TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  most_uses INTEGER NULL,
  uses INTEGER NOT NULL DEFAULT 0,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  approval_id TEXT NOT NULL,
  revoked_by TEXT NULL,
  revoked_at INTEGER NULL);

CREATE INDEX always_rules_of ON always_rules(scope, scope_of) WHERE revoked_at IS NULL;

-- The always-rule by which a call began.
ALTER TABLE effects ADD COLUMN always_rule TEXT NULL;
