-- +goose Up

-- The language of what the overlays of a stage say, and the currency in which they show amounts; '' for that of who looks, and for that of the fact.
ALTER TABLE stages ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE stages ADD COLUMN shown_currency TEXT NOT NULL DEFAULT '';
