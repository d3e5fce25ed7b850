-- +goose Up

-- Other ways in which alerts of a stage look and sound, each with what it is for: the first by its position that fits an alert is used. amount_from is in minor
-- units, 0 for all amounts. '' and NULL are what the stage and the overlay say; lasts is in microseconds, 0 for as long as alerts last.
CREATE TABLE alert_variants (
    id BYTEA PRIMARY KEY NOT NULL,
    stage_id BYTEA NOT NULL REFERENCES stages (id),
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount_from BIGINT NOT NULL,
    reward_id BYTEA,
    template TEXT NOT NULL,
    sound TEXT NOT NULL,
    volume BIGINT,
    lasts BIGINT NOT NULL,
    theme TEXT NOT NULL,
    speak BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX alert_variants_stage ON alert_variants (stage_id, position, id);

-- The variant that was chosen when an alert was first shown, as JSON: what it said then, whatever becomes of it later. '' before that.
ALTER TABLE alerts ADD COLUMN variant TEXT NOT NULL DEFAULT '';

-- When a page that shows alerts last said that its browser lets it sound; NULL for never.
ALTER TABLE alert_players ADD COLUMN heard_at BIGINT;
