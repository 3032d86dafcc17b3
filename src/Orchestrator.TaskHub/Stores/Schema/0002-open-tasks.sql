-- What is open is read from the history: an activity costs no rows of its own.
ALTER TABLE instances ADD COLUMN open_tasks INTEGER NOT NULL DEFAULT 0;
UPDATE instances
SET open_tasks = (SELECT COUNT(*) FROM activities WHERE instance_key = instances.key)
    + (SELECT COUNT(*) FROM messages WHERE instance_key = instances.key AND bound_to_execution = 1 AND kind IN (7, 8))
WHERE completed_at IS NULL;
DROP TABLE activities;
CREATE INDEX instances_with_open_tasks ON instances (key) WHERE open_tasks > 0 AND completed_at IS NULL;

-- How often an activity was handed out and came to nothing; most never have a row.
CREATE TABLE activity_attempts (
    instance_key INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (instance_key, task_id)
) WITHOUT ROWID;
