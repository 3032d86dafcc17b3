-- The longest answer that a turn's requests ask for, in tokens; the same for all of them.
ALTER TABLE replies ADD COLUMN max_output_tokens INTEGER NULL;
