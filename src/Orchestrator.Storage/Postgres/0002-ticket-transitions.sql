CREATE TABLE ticket_transitions(
  run_id TEXT COLLATE "C" PRIMARY KEY,
  aim TEXT COLLATE "C" NOT NULL,
  stage TEXT COLLATE "C" NULL,
  under_way TEXT COLLATE "C" NULL,
  attempts BIGINT NOT NULL,
  failure TEXT COLLATE "C" NULL,
  due_at BIGINT NOT NULL);

ALTER TABLE ticket_comments ADD COLUMN unmoved TEXT COLLATE "C" NULL;
