-- One row per instance id. Small on purpose: it is rewritten every turn.
CREATE TABLE instances (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_id TEXT NOT NULL UNIQUE,
    execution_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    name TEXT NOT NULL,
    version TEXT,
    status INTEGER NOT NULL,
    custom_status TEXT,
    parent_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    starts_at INTEGER,
    completed_at INTEGER,
    history_batches INTEGER NOT NULL,
    history_bytes INTEGER NOT NULL,
    attempts INTEGER NOT NULL
);
CREATE INDEX instances_by_parent ON instances (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX instances_by_completion ON instances (completed_at, key) WHERE completed_at IS NOT NULL;
CREATE INDEX instances_under_way ON instances (key) WHERE completed_at IS NULL;

-- The ExecutionStarted event of the newest generation, and the ExecutionCompleted event of an instance that ended.
CREATE TABLE starts (instance_key INTEGER PRIMARY KEY, event BLOB NOT NULL);
CREATE TABLE ends (instance_key INTEGER PRIMARY KEY, event BLOB NOT NULL);

-- id = instance key * 2^31 + batch: one B-tree, each instance's batches side by side. Rows are never rewritten.
CREATE TABLE history (id INTEGER PRIMARY KEY, events BLOB NOT NULL);

-- Events that wait for their instance. Lower ranks go first: what continue-as-new carries over precedes what came since.
CREATE TABLE messages (
    sequence INTEGER PRIMARY KEY,
    instance_key INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    bound_to_execution INTEGER NOT NULL,
    event BLOB NOT NULL
);
CREATE INDEX messages_by_instance ON messages (instance_key, rank, sequence);

-- Activities that have no result yet.
CREATE TABLE activities (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_key INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    request BLOB NOT NULL
);
CREATE INDEX activities_by_instance ON activities (instance_key);

-- timer_id is null for the scheduled start of the instance.
CREATE TABLE timers (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_key INTEGER NOT NULL,
    timer_id INTEGER,
    fire_at INTEGER NOT NULL
);
CREATE INDEX timers_by_time ON timers (fire_at, key);
CREATE INDEX timers_by_instance ON timers (instance_key);
