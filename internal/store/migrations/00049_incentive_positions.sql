-- +goose Up

-- The place of an incentive among those of its kind, from 1, as its owner ordered them; 0 for behind all that have one.
ALTER TABLE polls ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE targets ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rewards ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
