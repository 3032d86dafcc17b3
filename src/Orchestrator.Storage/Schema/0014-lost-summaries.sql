-- Answers to a compaction's question that were lost, and what they cost at most.
ALTER TABLE compactions ADD COLUMN lost_attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE compactions ADD COLUMN lost_nanousd INTEGER NOT NULL DEFAULT 0;
