-- The state from which a run that failed for its provider's sake may go on.
ALTER TABLE runs ADD COLUMN resumes_from TEXT NULL;
