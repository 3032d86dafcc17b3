-- Whose a run is. Runs from before this are the local tenant's.
ALTER TABLE runs ADD COLUMN tenant TEXT NOT NULL DEFAULT 'local';

-- Submissions that may be repeated: the same key of the same requester is the same run.
CREATE TABLE submissions(
  tenant TEXT NOT NULL,
  requester TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY(tenant, requester, key)) WITHOUT ROWID;

-- What a signal says, the key under which it is kept once, and the turn whose request said it to the model.
ALTER TABLE signals ADD COLUMN body TEXT NULL;
ALTER TABLE signals ADD COLUMN key TEXT NULL;
ALTER TABLE signals ADD COLUMN consumed_turn INTEGER NULL;
CREATE UNIQUE INDEX signals_keys ON signals(run_id, key) WHERE key IS NOT NULL;

-- Runs whose orchestrators wait because they may not ask a model; they want a doorbell when they may.
CREATE TABLE held_runs(run_id TEXT PRIMARY KEY, turn INTEGER NOT NULL, why TEXT NOT NULL) WITHOUT ROWID;

-- While there is a row for its tenant, or for all ('*'), no run asks a model.
CREATE TABLE kill_switches(tenant TEXT PRIMARY KEY, person TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NULL) WITHOUT ROWID;
