-- Money is in billionths of a dollar, times in milliseconds since 1970 (UTC).

CREATE TABLE runs(
  run_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  task TEXT NOT NULL,
  model TEXT NOT NULL,
  requester TEXT NOT NULL,
  submitted_at INTEGER NOT NULL,
  is_scheduled INTEGER NOT NULL DEFAULT 0,
  turns INTEGER NOT NULL DEFAULT 0,
  tool_calls INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  cached_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cost_nanousd INTEGER NOT NULL DEFAULT 0,
  status TEXT NULL,
  result TEXT NULL,
  ended_at INTEGER NULL);

CREATE INDEX runs_unfinished ON runs(is_scheduled) WHERE status IS NULL;

CREATE TABLE events(
  run_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  turn INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY(run_id, seq)) WITHOUT ROWID;

CREATE TABLE transcript(
  run_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  kind TEXT NOT NULL,
  call_id TEXT NULL,
  body BLOB NULL,
  payload TEXT NULL,
  PRIMARY KEY(run_id, seq)) WITHOUT ROWID;

-- What was appended under a key is appended once.
CREATE TABLE transcript_keys(
  run_id TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY(run_id, key)) WITHOUT ROWID;

CREATE TABLE replies(
  run_id TEXT NOT NULL,
  turn INTEGER NOT NULL,
  attempts_begun INTEGER NOT NULL,
  reply TEXT NULL,
  PRIMARY KEY(run_id, turn)) WITHOUT ROWID;

-- A payload without a body is a file.
CREATE TABLE payloads(
  run_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  length INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body BLOB NULL,
  PRIMARY KEY(run_id, hash)) WITHOUT ROWID;

CREATE TABLE effects(
  effect_id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  turn INTEGER NOT NULL,
  call INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  tool TEXT NOT NULL,
  class TEXT NOT NULL,
  args_hash TEXT NOT NULL,
  approval_id TEXT NULL,
  state TEXT NOT NULL CHECK(state IN ('Intent', 'Finished', 'Interrupted', 'NeverStarted')),
  exit_code INTEGER NULL,
  end_reason TEXT NULL,
  elapsed_ms INTEGER NOT NULL DEFAULT 0,
  output TEXT NULL) WITHOUT ROWID;

CREATE TABLE approvals(
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
  state TEXT NOT NULL CHECK(state IN ('Open', 'Approved', 'Denied', 'Withdrawn')),
  decided_by TEXT NULL,
  decided_at INTEGER NULL,
  reason TEXT NULL,
  used_by TEXT NULL);

CREATE INDEX approvals_open ON approvals(run_id) WHERE state = 'Open';

CREATE TABLE approval_votes(
  approval_id TEXT NOT NULL,
  person TEXT NOT NULL,
  decision TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(approval_id, person)) WITHOUT ROWID;

-- Decisions that their waiting orchestrators have not read yet.
CREATE TABLE doorbells(approval_id TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE verdicts(
  run_id TEXT NOT NULL,
  turn INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  PRIMARY KEY(run_id, turn)) WITHOUT ROWID;

CREATE TABLE signals(
  run_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  person TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(run_id, seq)) WITHOUT ROWID;
