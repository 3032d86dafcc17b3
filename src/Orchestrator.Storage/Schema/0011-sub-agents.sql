-- The run that a sub-agent works for, and the turn and the call of it that started the sub-agent.
ALTER TABLE runs ADD COLUMN parent_run_id TEXT NULL;
ALTER TABLE runs ADD COLUMN parent_turn INTEGER NULL;
ALTER TABLE runs ADD COLUMN parent_effect TEXT NULL;
CREATE INDEX runs_sub_agents ON runs(parent_run_id) WHERE parent_run_id IS NOT NULL;
