-- Approvals learn more ways to end, on whose terms they are asked, and what they are about.
CREATE TABLE approvals_now(
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  turn INTEGER NOT NULL,
  digest TEXT NOT NULL,
  question TEXT NOT NULL,
  subject TEXT NOT NULL,
  because TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN (
    'Open', 'Approved', 'Denied', 'Withdrawn', 'ChangesRequested', 'Edited', 'Superseded', 'Expired')),
  decided_by TEXT NULL,
  decided_at INTEGER NULL,
  reason TEXT NULL,
  used_by TEXT NULL,
  call TEXT NULL,
  terms TEXT NULL,
  requester TEXT NULL,
  author TEXT NULL,
  tenant TEXT NULL,
  replaces TEXT NULL,
  editor TEXT NULL,
  batch TEXT NULL,
  expires_at INTEGER NULL,
  edited_arguments TEXT NULL,
  review TEXT NULL,
  reminders_told INTEGER NOT NULL DEFAULT 0,
  rungs_told INTEGER NOT NULL DEFAULT 0);

INSERT INTO approvals_now(
  seq, id, run_id, kind, turn, digest, question, subject, because, opened_at, state, decided_by, decided_at, reason, used_by, requester)
SELECT seq, id, run_id, kind, turn, digest, question, subject, because, opened_at, state, decided_by, decided_at, reason, used_by,
  (SELECT requester FROM runs r WHERE r.run_id = approvals.run_id)
FROM approvals;

DROP TABLE approvals;
ALTER TABLE approvals_now RENAME TO approvals;
CREATE INDEX approvals_open ON approvals(run_id) WHERE state = 'Open';
CREATE INDEX approvals_of_runs ON approvals(run_id);

-- A vote has the name of who gave it, why, and by whose right.
ALTER TABLE approval_votes ADD COLUMN name TEXT NULL;
ALTER TABLE approval_votes ADD COLUMN reason TEXT NULL;
ALTER TABLE approval_votes ADD COLUMN on_behalf_of TEXT NULL;

-- What is said about an approval and decides nothing.
CREATE TABLE approval_comments(
  approval_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(approval_id, seq)) WITHOUT ROWID;
