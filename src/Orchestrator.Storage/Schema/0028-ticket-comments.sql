-- What tickets were told of their runs: one comment each, edited in place.
CREATE TABLE ticket_comments(
  run_id TEXT PRIMARY KEY,
  nonce TEXT NOT NULL,        -- by which the comment is found again; stored before it is made
  comment TEXT NULL,          -- what the host calls it
  told TEXT NULL,             -- the digest of what it says
  seen INTEGER NOT NULL,      -- the run's event up to which it was told
  pull_request TEXT NULL,
  is_remade INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  failure TEXT NULL,
  is_refused INTEGER NOT NULL,
  due_at INTEGER NOT NULL) WITHOUT ROWID; -- of one that somebody tells, until when others keep off
