-- What a call and its result are known by, to see that a model goes in circles.
ALTER TABLE effects ADD COLUMN signature TEXT;
CREATE INDEX effects_in_order ON effects(run_id, turn, call, revision);
