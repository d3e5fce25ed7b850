-- +goose Up

-- When a donation was read aloud; NULL while it was not. What waits for that is found by the index, which holds nothing else.
ALTER TABLE donations ADD COLUMN read_at BIGINT;
CREATE INDEX donations_unread ON donations (fact_id, completed_at, id)
    WHERE read_at IS NULL AND listed AND completed_at IS NOT NULL AND screening IN ('shown', 'host_only');
CREATE INDEX donations_read ON donations (fact_id, read_at, id) WHERE read_at IS NOT NULL;

-- What was done for reading a donation aloud. read_by is a user or a grant that read it. sent_at has it come before others, pinned_at has it stay in view; NULL for
-- neither.
CREATE TABLE readings (
    donation_id BYTEA PRIMARY KEY NOT NULL REFERENCES donations (id),
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    sent_at BIGINT,
    pinned_at BIGINT,
    read_by BYTEA
);
CREATE INDEX readings_sent ON readings (fact_id, sent_at, donation_id) WHERE sent_at IS NOT NULL;
CREATE INDEX readings_pinned ON readings (fact_id, pinned_at, donation_id) WHERE pinned_at IS NOT NULL;
