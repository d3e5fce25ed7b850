-- +goose Up

-- A fact may have several stages. Its first one, which is made when it is needed, is main; others have a name. takes says which donations a stage has alerts of: all
-- that count for the fact, those to the fact itself, those that count for the fact takes_below, which may be gone, or those that came by links with a name.
ALTER TABLE stages ADD COLUMN main BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE stages ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE stages ADD COLUMN takes TEXT NOT NULL DEFAULT 'all';
ALTER TABLE stages ADD COLUMN takes_below BYTEA;
ALTER TABLE stages ADD COLUMN takes_via TEXT NOT NULL DEFAULT '';
DROP INDEX stages_fact;
CREATE INDEX stages_fact ON stages (fact_id, id);
CREATE UNIQUE INDEX stages_main ON stages (fact_id) WHERE main;
