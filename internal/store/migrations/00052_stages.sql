-- +goose Up

-- What is shown in the streams of a fact. A fact has one once somebody made an overlay.
CREATE TABLE stages (
    id BYTEA PRIMARY KEY NOT NULL,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX stages_fact ON stages (fact_id);

-- The overlays of a stage. key is sealed, key_hash its SHA-256. A row goes when its key ends.
CREATE TABLE overlays (
    id BYTEA PRIMARY KEY NOT NULL,
    stage_id BYTEA NOT NULL REFERENCES stages (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    theme TEXT NOT NULL,
    title TEXT NOT NULL,
    key TEXT NOT NULL,
    key_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX overlays_stage ON overlays (stage_id, id);
