-- What the conversation took without a compaction when a person undid it: the next is made only when it has grown.
ALTER TABLE compactions ADD COLUMN tokens_undone INTEGER NULL;
