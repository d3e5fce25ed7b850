-- +goose Up

-- The sound that was uploaded for a variant of alerts, as stage_sounds has that of a stage.
CREATE TABLE variant_sounds (
    variant_id BYTEA PRIMARY KEY NOT NULL REFERENCES alert_variants (id),
    hash BYTEA NOT NULL,
    type TEXT NOT NULL,
    content BYTEA NOT NULL,
    length BIGINT NOT NULL,
    loudness BIGINT NOT NULL,
    peak BIGINT NOT NULL
);
CREATE INDEX variant_sounds_hash ON variant_sounds (hash);
