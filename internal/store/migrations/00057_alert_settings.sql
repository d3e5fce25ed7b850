-- +goose Up

-- How the alerts of a stage sound, and which there are. A stage has a row once somebody set it up. least is in minor units.
CREATE TABLE alert_settings (
    stage_id BYTEA PRIMARY KEY NOT NULL REFERENCES stages (id),
    sound TEXT NOT NULL,
    volume BIGINT NOT NULL,
    speak_name BOOLEAN NOT NULL,
    speak_amount BOOLEAN NOT NULL,
    speak_comment BOOLEAN NOT NULL,
    least BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- The sound that was uploaded for a stage, by the SHA-256 of its content. length is in microseconds, loudness in hundredths of LUFS, peak in thousandths of full scale.
CREATE TABLE stage_sounds (
    stage_id BYTEA PRIMARY KEY NOT NULL REFERENCES stages (id),
    hash BYTEA NOT NULL,
    type TEXT NOT NULL,
    content BYTEA NOT NULL,
    length BIGINT NOT NULL,
    loudness BIGINT NOT NULL,
    peak BIGINT NOT NULL
);
CREATE INDEX stage_sounds_hash ON stage_sounds (hash);
