-- Further lines of an event, where one sentence doesn't say it, and the folder of the effect that it tells of.
ALTER TABLE events ADD COLUMN details TEXT NULL;
ALTER TABLE events ADD COLUMN effect TEXT NULL;
