-- +goose Up

-- How alerts follow each other. rest and age are in microseconds, together_below and jump_from in minor units; 0 for none of them.
ALTER TABLE alert_settings ADD COLUMN rest BIGINT NOT NULL DEFAULT 2000000;
ALTER TABLE alert_settings ADD COLUMN apart BIGINT NOT NULL DEFAULT 5;
ALTER TABLE alert_settings ADD COLUMN together_below BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert_settings ADD COLUMN jump_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert_settings ADD COLUMN age BIGINT NOT NULL DEFAULT 86400000000;

-- Since when a stage shows one alert after the other; NULL before the first.
ALTER TABLE stages ADD COLUMN busy_since BIGINT;

-- An alert that is ahead is shown before others that wait, but after those at the front.
ALTER TABLE alerts ADD COLUMN ahead BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX alerts_queued;
CREATE INDEX alerts_queued ON alerts (stage_id, front DESC, ahead DESC, position, id) WHERE state = 'queued';

-- The keys of the alert desk that programs have, each by its SHA-256. A row stays when its key ended, so that the log of acts says what it was called.
CREATE TABLE desk_keys (
    id BYTEA PRIMARY KEY NOT NULL,
    stage_id BYTEA NOT NULL REFERENCES stages (id),
    name TEXT NOT NULL,
    key_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX desk_keys_stage ON desk_keys (stage_id, id);
