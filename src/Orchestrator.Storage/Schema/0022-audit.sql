-- What people and programs did, each entry with the hash of the one before.
CREATE TABLE audit(
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  run_id TEXT NULL,
  details TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL);

CREATE INDEX audit_of_runs ON audit(run_id, seq) WHERE run_id IS NOT NULL;

CREATE TRIGGER audit_keeps_entries BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'entries of the audit are never changed'); END;

CREATE TRIGGER audit_loses_none BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'entries of the audit are never deleted'); END;
