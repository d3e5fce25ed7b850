-- +goose Up

-- The last end of a timer that was reported. What ended before this version is not reported.
ALTER TABLE timers ADD COLUMN end_reported BIGINT;
UPDATE timers SET end_reported = ends_at WHERE ends_at <= (SELECT COALESCE(MAX(at), 0) FROM events);
CREATE INDEX timers_ending ON timers (ends_at) WHERE COALESCE(end_reported, 0) <> ends_at;

-- What became of timers: what somebody did, donations that came one after the other, and ends. seconds and gifts are 0 where there are none.
CREATE TABLE timer_entries (
    timer_id BYTEA NOT NULL REFERENCES timers (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    gifts BIGINT NOT NULL,
    reason TEXT NOT NULL,
    actor_id BYTEA,
    PRIMARY KEY (timer_id, number)
);
