-- +goose Up

-- The groups of a fact with which screeners mark donations, and the donations that are marked with one each.
CREATE TABLE screening_groups (
    id BYTEA PRIMARY KEY NOT NULL,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    name TEXT NOT NULL,
    color TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX screening_groups_fact ON screening_groups (fact_id, id);
CREATE TABLE screening_marks (
    donation_id BYTEA PRIMARY KEY NOT NULL REFERENCES donations (id),
    group_id BYTEA NOT NULL REFERENCES screening_groups (id),
    marked_at BIGINT NOT NULL
);
CREATE INDEX screening_marks_group ON screening_marks (group_id, marked_at, donation_id);

-- What is highlighted in the queue of the screeners of a fact: words, as JSON, and amounts from one on, in minor units; 0 for none.
CREATE TABLE screening_highlights (
    fact_id BYTEA PRIMARY KEY NOT NULL REFERENCES facts (id),
    words TEXT NOT NULL,
    amount BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
