-- +goose Up

-- Alerts wait while the stage is paused. While it is off air, its overlays show nothing, too.
ALTER TABLE stages ADD COLUMN paused_at BIGINT;
ALTER TABLE stages ADD COLUMN off_at BIGINT;

-- What a stage shows of a donation, once. Rows with one lead_id are shown together. sample is what a test shows, as JSON; such a row has no donation.
-- position is that of the event that queued it.
CREATE TABLE alerts (
    id BYTEA PRIMARY KEY NOT NULL,
    stage_id BYTEA NOT NULL REFERENCES stages (id),
    donation_id BYTEA REFERENCES donations (id),
    state TEXT NOT NULL,
    lead_id BYTEA,
    amount BIGINT NOT NULL,
    sample TEXT NOT NULL,
    front BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    started_at BIGINT,
    ends_at BIGINT,
    ended_at BIGINT,
    UNIQUE (donation_id, stage_id)
);
CREATE INDEX alerts_queued ON alerts (stage_id, front DESC, position, id) WHERE state = 'queued';
CREATE INDEX alerts_playing ON alerts (stage_id, started_at) WHERE state = 'playing';
CREATE INDEX alerts_ended ON alerts (stage_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX alerts_old ON alerts (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX alerts_lead ON alerts (lead_id) WHERE lead_id IS NOT NULL;

CREATE INDEX overlays_alerts ON overlays (stage_id) WHERE kind = 'alerts';

-- The pages of an overlay that asked to play alerts, by the SHA-256 of a secret in their browser. The first of a key may, another one when somebody allows it.
CREATE TABLE alert_players (
    overlay_id BYTEA NOT NULL REFERENCES overlays (id),
    secret_hash BYTEA NOT NULL,
    allowed BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (overlay_id, secret_hash)
);
