-- When all that a run had kept was given up, and the runs of which something is left to remove.
ALTER TABLE runs ADD COLUMN purged_at BIGINT NULL;
CREATE TABLE purges(run_id TEXT COLLATE "C" PRIMARY KEY);
CREATE INDEX runs_unpurged ON runs(ended_at) WHERE ended_at IS NOT NULL AND purged_at IS NULL;
