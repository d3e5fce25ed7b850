-- +goose Up

-- What a fact and everything below it raised in an hour since 1970: donations less what went back, by when that happened. It is folded from the event log, so
-- that the money of a fact over time is read without its donations.
CREATE TABLE raised_hours (
    fact_id BYTEA NOT NULL,
    hour BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (fact_id, hour)
);
