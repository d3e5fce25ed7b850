-- +goose Up

-- The place of an option within its poll, from 1, as the owner ordered them; 0 for behind all that have one.
ALTER TABLE poll_options ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
