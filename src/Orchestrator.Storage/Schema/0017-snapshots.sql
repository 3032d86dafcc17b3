-- What the files were behind a call that may have changed them; empty where nobody knows. Calls from before this have none.
ALTER TABLE effects ADD COLUMN snapshot TEXT;
UPDATE effects SET snapshot = '' WHERE state IN ('Finished', 'Interrupted') AND class <> 'Pure';

-- What they were at the beginning.
ALTER TABLE runs ADD COLUMN snapshot TEXT;
