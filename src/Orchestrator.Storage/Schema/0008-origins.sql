-- Which model wrote a provider's item, and in which dialect. Until now a run had one model and there was one dialect.
ALTER TABLE transcript ADD COLUMN dialect TEXT NULL;
ALTER TABLE transcript ADD COLUMN model TEXT NULL;
UPDATE transcript SET dialect = 'Responses', model = (SELECT runs.model FROM runs WHERE runs.run_id = transcript.run_id)
WHERE kind = 'ProviderItem';
ALTER TABLE compactions ADD COLUMN summary_dialect TEXT NULL;
ALTER TABLE compactions ADD COLUMN summary_model TEXT NULL;
UPDATE compactions SET summary_dialect = 'Responses', summary_model = (SELECT runs.model FROM runs WHERE runs.run_id = compactions.run_id)
WHERE summary_kind = 'ProviderItem';
