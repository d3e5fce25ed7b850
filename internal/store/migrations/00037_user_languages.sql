-- +goose Up

-- The language tag of the page where the user signed in last, in which mails to the user are written; '' for unknown.
ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';
