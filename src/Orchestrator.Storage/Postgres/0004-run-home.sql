-- Whose the runs are: of the hub of one data folder, or of one that runs elsewhere; and which data folder has their files. The first that comes
-- says so: a second hub would do each run a second time.
CREATE TABLE run_home(
  the_only_row boolean PRIMARY KEY CHECK (the_only_row),
  hub text NOT NULL CHECK (hub IN ('folder', 'elsewhere')),
  folder text NULL);          -- the id in its file data.id; null until somebody comes who keeps files
