-- The states that the tickets of runs were put into.
CREATE TABLE ticket_transitions(
  run_id TEXT PRIMARY KEY,
  aim TEXT NOT NULL,          -- the stage that the ticket is to follow
  stage TEXT NULL,            -- the one that nothing is left to do for
  under_way TEXT NULL,        -- where a move to the aim leads; stored before it is asked for
  attempts INTEGER NOT NULL,
  failure TEXT NULL,
  due_at INTEGER NOT NULL) WITHOUT ROWID; -- of one that somebody moves, until when others keep off

ALTER TABLE ticket_comments ADD COLUMN unmoved TEXT NULL; -- why the ticket was not where it is to be, when it was told
