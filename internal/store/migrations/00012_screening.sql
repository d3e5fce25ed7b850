-- +goose Up

-- Words and phrases that have one of the words inside and hold nothing: JSON, '' for those from above. leet reads digits and signs as letters; it
-- goes with the words.
ALTER TABLE giving ADD COLUMN allowed TEXT NOT NULL DEFAULT '';
ALTER TABLE giving ADD COLUMN leet BOOLEAN NOT NULL DEFAULT FALSE;
