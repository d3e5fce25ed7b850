-- +goose Up

-- name says what a token that its user made is for.
ALTER TABLE tokens ADD COLUMN name TEXT NOT NULL DEFAULT '';
