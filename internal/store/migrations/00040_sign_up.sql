-- +goose Up

-- public_at is when pages of somebody who signed up without an invitation may become public; NULL for at once.
ALTER TABLE users ADD COLUMN public_at BIGINT;
