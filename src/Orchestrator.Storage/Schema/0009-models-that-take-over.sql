-- Why the model of the column before works on the run, where that isn't the one that its task was admitted with.
ALTER TABLE runs ADD COLUMN model_reason TEXT NULL;
