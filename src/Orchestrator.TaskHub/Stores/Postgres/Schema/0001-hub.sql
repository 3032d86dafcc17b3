-- One row per instance id. Small on purpose: it is rewritten every turn, in place as long as its page has room.
CREATE TABLE instances (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instance_id text COLLATE "C" NOT NULL UNIQUE,
    execution_id text NOT NULL,
    generation integer NOT NULL,
    name text NOT NULL,
    version text,
    status integer NOT NULL,
    custom_status text,
    parent_id text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    starts_at bigint,
    completed_at bigint,
    history_batches integer NOT NULL,
    history_bytes bigint NOT NULL,
    attempts integer NOT NULL,
    open_tasks integer NOT NULL,
    trace_context bytea
) WITH (fillfactor = 60);
CREATE INDEX instances_by_parent ON instances (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX instances_by_completion ON instances (completed_at, key) WHERE completed_at IS NOT NULL;
CREATE INDEX instances_under_way ON instances (key) WHERE completed_at IS NULL;

-- The ExecutionStarted event of the newest generation, and the ExecutionCompleted event of an instance that ended.
CREATE TABLE starts (instance_key bigint PRIMARY KEY, event bytea NOT NULL);
CREATE TABLE ends (instance_key bigint PRIMARY KEY, event bytea NOT NULL);

-- Rows are never rewritten.
CREATE TABLE history (
    instance_key bigint NOT NULL,
    batch integer NOT NULL,
    events bytea NOT NULL,
    PRIMARY KEY (instance_key, batch)
);

-- Events that wait for their instance. Lower ranks go first: what continue-as-new carries over precedes what came since.
CREATE TABLE messages (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instance_key bigint NOT NULL,
    rank integer NOT NULL,
    kind integer NOT NULL,
    bound_to_execution boolean NOT NULL,
    event bytea NOT NULL
);
CREATE INDEX messages_by_instance ON messages (instance_key, rank, sequence);

-- How often an activity was handed out and came to nothing; most never have a row.
CREATE TABLE activity_attempts (
    instance_key bigint NOT NULL,
    task_id integer NOT NULL,
    attempts integer NOT NULL,
    PRIMARY KEY (instance_key, task_id)
);

-- timer_id is null for the scheduled start of the instance.
CREATE TABLE timers (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instance_key bigint NOT NULL,
    timer_id integer,
    fire_at bigint NOT NULL
);
CREATE INDEX timers_by_time ON timers (fire_at, key);
CREATE INDEX timers_by_instance ON timers (instance_key);

-- In the default hub's schema: the other hubs of the server. That of key 7 has the schema taskhub_7.
CREATE TABLE named_hubs (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
);
