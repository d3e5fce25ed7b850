-- +goose Up

-- Slugs that users, teams and causes (kind: their table) had before: who had it last, and until when.
CREATE TABLE past_slugs (
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    owner_id BYTEA NOT NULL,
    freed_at BIGINT NOT NULL,
    PRIMARY KEY (kind, slug)
);
