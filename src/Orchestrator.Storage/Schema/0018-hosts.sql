-- Who keeps workspaces: a folder on a machine. Whoever's lease is over may have its workspaces taken over; the epoch counts how often
-- the host has begun anew after that. Address, certificate and key are those of the process that serves the others.
CREATE TABLE hosts(
  id TEXT PRIMARY KEY,
  machine TEXT NOT NULL,
  folder TEXT NOT NULL,
  address TEXT NULL,
  certificate TEXT NULL,
  key TEXT NULL,
  epoch INTEGER NOT NULL,
  lease_until INTEGER NOT NULL) WITHOUT ROWID;

-- Where a run's files are. The epoch is the fence: what was begun under an older one is not committed any more.
CREATE TABLE workspaces(
  run_id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  is_whole INTEGER NOT NULL,
  restored TEXT NULL,
  lost_calls INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE INDEX workspaces_of_hosts ON workspaces(host);

-- The epoch under which a call was begun.
ALTER TABLE effects ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;

-- Runs from before this have all of their files in the data folder. Nobody takes them over, which is what epoch 0 says.
INSERT INTO workspaces(run_id, host, epoch, is_whole) SELECT run_id, 'data', 0, 1 FROM runs;
