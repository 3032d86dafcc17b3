-- What the attempt that is under way may cost; null while none is. Where a next one finds it, it was lost with its process.
ALTER TABLE replies ADD COLUMN reserved_nanousd INTEGER NULL;

-- The answer that the provider works on in the background, by the provider's id.
ALTER TABLE replies ADD COLUMN response_id TEXT NULL;

-- Attempts that were lost, and what they may have cost; that is part of the run's cost.
ALTER TABLE replies ADD COLUMN lost_attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replies ADD COLUMN lost_nanousd INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN lost_attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN lost_nanousd INTEGER NOT NULL DEFAULT 0;
