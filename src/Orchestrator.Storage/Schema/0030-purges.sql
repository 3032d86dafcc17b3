-- When all that a run had kept was given up, and the runs of which something is left to remove.
ALTER TABLE runs ADD COLUMN purged_at INTEGER NULL;
CREATE TABLE purges(run_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE INDEX runs_unpurged ON runs(ended_at) WHERE ended_at IS NOT NULL AND purged_at IS NULL;
