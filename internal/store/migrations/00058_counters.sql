-- +goose Up

-- What a fact and everything below it raised within a time: what is left of the donations that were completed then. poll_option_id, via and relay_id let it count
-- fewer of them; the option and the relay may be gone. raised holds what the events of the log up to position changed.
CREATE TABLE counters (
    id BYTEA PRIMARY KEY NOT NULL,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    name TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT,
    poll_option_id BYTEA,
    via TEXT NOT NULL,
    relay_id BYTEA,
    raised BIGINT NOT NULL,
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX counters_fact ON counters (fact_id, id);

-- Clocks that run down, and that donations add to. A running one has ends_at, others have remaining. remaining is in microseconds, length, granted, max_length,
-- per_unit and per_donation are in seconds. granted is what it got since it was started, carry what of the donations was too little for a second, in seconds of one
-- minor unit. The events of the log up to position are in it.
CREATE TABLE timers (
    id BYTEA PRIMARY KEY NOT NULL,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT,
    ends_at BIGINT,
    remaining BIGINT NOT NULL,
    length BIGINT NOT NULL,
    granted BIGINT NOT NULL,
    per_unit BIGINT NOT NULL,
    per_donation BIGINT NOT NULL,
    carry BIGINT NOT NULL,
    max_length BIGINT,
    latest_end BIGINT,
    factor BIGINT NOT NULL,
    factor_from BIGINT,
    factor_until BIGINT,
    offline BOOLEAN NOT NULL,
    matches BOOLEAN NOT NULL,
    refunds BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX timers_fact ON timers (fact_id, id);
CREATE INDEX timers_running ON timers (ends_at) WHERE state = 'running';

-- The counter or the timer that an overlay shows; NULL for the one that was made last.
ALTER TABLE overlays ADD COLUMN about_id BYTEA;
