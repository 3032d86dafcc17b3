-- A compacted run's prompt is read without what was replaced, however long that is.
CREATE INDEX transcript_turns ON transcript(run_id, turn);
CREATE INDEX transcript_kept ON transcript(run_id, turn) WHERE kind IN ('Instructions', 'User');
