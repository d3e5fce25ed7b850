-- +goose Up

-- What an endpoint wants beyond the original's contract, as a small JSON object; '' for nothing. previous_key is the signing key before the present
-- one, which signs too until previous_until. warned_at is when its owner was last told that its deliveries fail; NULL for never.
ALTER TABLE webhook_endpoints ADD COLUMN options TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook_endpoints ADD COLUMN previous_key TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook_endpoints ADD COLUMN previous_until BIGINT;
ALTER TABLE webhook_endpoints ADD COLUMN warned_at BIGINT;

-- One message to an endpoint. source_id is what it was subscribed to, or the relay that sends it, and source_type says which. fact_id is the fact that
-- it is about, donation_id the donation, where it is about one. relay_key_id is the key of a relay,
-- payment_status what its message is sent for. position is that of the event that it comes from, 0
-- for test messages. due_at is when the next attempt is made; NULL when there is none. data is the object that is sent, as it was at the first
-- attempt, at generated_at. fresh is true until that begins, for messages that stand for all changes until then.
CREATE TABLE webhook_deliveries (
    id BYTEA PRIMARY KEY NOT NULL,
    endpoint_id BYTEA NOT NULL,
    event_type TEXT NOT NULL,
    source_id BYTEA,
    source_type TEXT NOT NULL,
    fact_id BYTEA,
    donation_id BYTEA,
    relay_key_id BYTEA,
    payment_status TEXT NOT NULL DEFAULT '',
    position BIGINT NOT NULL,
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT,
    data TEXT NOT NULL DEFAULT '',
    generated_at BIGINT,
    fresh BOOLEAN NOT NULL,
    problem TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    delivered_at BIGINT
);
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, due_at, position) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (endpoint_id, fact_id, position, id) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_relay ON webhook_deliveries (relay_key_id, id) WHERE relay_key_id IS NOT NULL;
CREATE UNIQUE INDEX webhook_deliveries_fresh ON webhook_deliveries (endpoint_id, source_id, fact_id, event_type) WHERE fresh;

-- One attempt to deliver a message. status is 0 without an answer; then failure says why. headers are those that were sent, as JSON, without secrets.
CREATE TABLE webhook_attempts (
    delivery_id BYTEA NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    status BIGINT NOT NULL,
    failure TEXT NOT NULL DEFAULT '',
    headers TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (delivery_id, number)
);

-- Deliveries begin with what happens from now on.
INSERT INTO projections (name, position) SELECT 'webhooks.1', COALESCE(MAX(position), 0) FROM events;
