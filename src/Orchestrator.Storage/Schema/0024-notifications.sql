-- What people are to be told, written in the transaction that makes it happen: names and no text.
CREATE TABLE notices(
  seq INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  tenant TEXT NOT NULL,
  run_id TEXT NOT NULL,
  approval_id TEXT NULL,
  at INTEGER NOT NULL);

-- The same, addressed: one for each recipient of each channel.
CREATE TABLE notifications(
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  notice_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  tenant TEXT NOT NULL,
  run_id TEXT NOT NULL,
  approval_id TEXT NULL,
  at INTEGER NOT NULL,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('Waiting', 'Sent', 'Failed', 'Moot')),
  attempts INTEGER NOT NULL DEFAULT 0,
  message TEXT NULL,
  failure TEXT NULL,
  ended_at INTEGER NULL);

CREATE INDEX notifications_waiting ON notifications(channel, attempts, due_at, id) WHERE state = 'Waiting';
CREATE INDEX notifications_failed ON notifications(id) WHERE state = 'Failed';
CREATE INDEX notifications_ended ON notifications(ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX notifications_messages ON notifications(message) WHERE message IS NOT NULL;
