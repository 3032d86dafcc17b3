-- The compactions of runs. pinned and summary are payloads; both and the border are there once it has succeeded.
CREATE TABLE compactions(
  run_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  basis INTEGER NULL,
  state TEXT NOT NULL CHECK(state IN ('Begun', 'Active', 'Undone', 'Failed')),
  attempts_begun INTEGER NOT NULL,
  max_output_tokens INTEGER NULL,
  tokens_counted INTEGER NOT NULL,
  tokens_before INTEGER NOT NULL,
  tokens_after INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  cached_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cost_nanousd INTEGER NOT NULL DEFAULT 0,
  elapsed_ms INTEGER NOT NULL DEFAULT 0,
  failure TEXT NULL,
  is_provider_fault INTEGER NOT NULL DEFAULT 0,
  through_turn INTEGER NULL,
  entries INTEGER NULL,
  pinned TEXT NULL,
  summary TEXT NULL,
  summary_kind TEXT NULL,
  PRIMARY KEY(run_id, number)) WITHOUT ROWID;

-- The compaction through which a turn's requests show the transcript; null for the full one.
ALTER TABLE replies ADD COLUMN compaction INTEGER NULL;

-- The file that a call showed the model, or had it write, as it was then.
ALTER TABLE effects ADD COLUMN file_path TEXT NULL;
ALTER TABLE effects ADD COLUMN file_hash TEXT NULL;
CREATE INDEX effects_files ON effects(run_id) WHERE file_path IS NOT NULL;
