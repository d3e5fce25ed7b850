-- +goose Up

-- Whether the browser of a page that shows alerts lets it make no sound.
ALTER TABLE alert_players ADD COLUMN muted BOOLEAN NOT NULL DEFAULT FALSE;
