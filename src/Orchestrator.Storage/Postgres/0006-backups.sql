-- Backups that are being taken: an id stands here while the schema is dumped, and nowhere else than in the dump afterwards. Where it is found, the runs
-- are those of that backup.
CREATE TABLE backups(
  id text PRIMARY KEY);
