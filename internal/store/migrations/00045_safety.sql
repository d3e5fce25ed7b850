-- +goose Up

-- What protects a first evening. release_attended shows what the mode held only while somebody screens, shipped_words holds what has a word of the program's own
-- list, no_contacts what leads elsewhere.
ALTER TABLE giving ADD COLUMN release_attended BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE giving ADD COLUMN shipped_words BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE giving ADD COLUMN no_contacts BOOLEAN NOT NULL DEFAULT FALSE;

-- When somebody who may screen last looked at what waits at a fact; 0 for never.
ALTER TABLE facts ADD COLUMN screener_seen_at BIGINT NOT NULL DEFAULT 0;
