CREATE TABLE schedules(
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  cron TEXT NOT NULL,
  zone TEXT NOT NULL,
  missed TEXT NOT NULL,
  overlap TEXT NOT NULL,
  task TEXT NOT NULL,
  task_file TEXT NOT NULL,
  looked_until INTEGER NOT NULL,
  paused_by TEXT NULL,
  is_kept INTEGER NOT NULL DEFAULT 0,
  removed_at INTEGER NULL);

-- A name is free again when its schedule was removed; the orchestration of that one finds it by its id, and ends.
CREATE UNIQUE INDEX schedules_names ON schedules(tenant, name) WHERE removed_at IS NULL;
CREATE INDEX schedules_unkept ON schedules(id) WHERE is_kept = 0;

CREATE TABLE occurrences(
  schedule_id TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('Started', 'Waiting', 'Skipped', 'Missed', 'Failed')),
  run_id TEXT NULL,
  reason TEXT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY(schedule_id, due_at)) WITHOUT ROWID;

CREATE INDEX occurrences_waiting ON occurrences(schedule_id, due_at) WHERE state = 'Waiting';
CREATE INDEX occurrences_runs ON occurrences(schedule_id, run_id) WHERE run_id IS NOT NULL;
