-- +goose Up

-- What an event reports beyond its amount, as a small JSON object; NULL for none. v is the version of its shape. Test events change nothing
-- and count nowhere.
ALTER TABLE events ADD COLUMN detail TEXT;
ALTER TABLE events ADD COLUMN v BIGINT NOT NULL DEFAULT 1;
ALTER TABLE events ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE;
