-- What is kept of runs' files where machines share no data folder: git folder, snapshots, patch, report and pictures. Their bytes are in the
-- container, under RUN/HASH, before a row refers to them.
CREATE TABLE run_files(
  run_id TEXT NOT NULL,
  path TEXT NOT NULL,         -- git/..., snapshots/... or results/...
  hash TEXT NOT NULL,
  length INTEGER NOT NULL,
  modified INTEGER NOT NULL,  -- in ticks of 100 ns; 0 if it was changed too short ago for that to tell it from a later change
  PRIMARY KEY(run_id, path)) WITHOUT ROWID;

-- Whether anything refers to what is kept is asked by its hash.
CREATE INDEX run_files_by_hash ON run_files(run_id, hash);
