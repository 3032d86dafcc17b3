-- Further lines of an event, where one sentence doesn't say it.
ALTER TABLE events ADD COLUMN details TEXT NULL;
