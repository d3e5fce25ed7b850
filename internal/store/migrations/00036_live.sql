-- +goose Up

-- Since when the streamer of a fact is live, and until when that counts; NULL while they are not.
ALTER TABLE facts ADD COLUMN live_from BIGINT;
ALTER TABLE facts ADD COLUMN live_until BIGINT;
CREATE INDEX facts_live ON facts (live_until) WHERE live_until IS NOT NULL;
