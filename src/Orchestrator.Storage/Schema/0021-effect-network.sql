-- What a call could reach through the network when it began: it never gets more.
ALTER TABLE effects ADD COLUMN network TEXT;
