-- How much of each run was told to the collector of traces: turns, and the events up to the answer of the turn behind them.
CREATE TABLE traces(run_id TEXT PRIMARY KEY, turns INTEGER NOT NULL, seen INTEGER NOT NULL, is_over INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX runs_ended ON runs(ended_at) WHERE ended_at IS NOT NULL;
