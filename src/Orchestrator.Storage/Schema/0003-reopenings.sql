-- Each time that a run went on after an end, with that end. A run's newest number tells its newest end from a late one.
CREATE TABLE reopenings(
  run_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  person TEXT NOT NULL,
  at INTEGER NOT NULL,
  result TEXT NOT NULL,
  PRIMARY KEY(run_id, number)) WITHOUT ROWID;
