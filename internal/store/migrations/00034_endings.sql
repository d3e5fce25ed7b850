-- +goose Up

-- The end of a poll, target or reward that an event has reported; another end, or none reported, is due once it has passed. What was over before is no news.
ALTER TABLE polls ADD COLUMN end_reported BIGINT;
ALTER TABLE targets ADD COLUMN end_reported BIGINT;
ALTER TABLE rewards ADD COLUMN end_reported BIGINT;
UPDATE polls SET end_reported = ends_at WHERE ends_at <= (SELECT COALESCE(MAX(at), 0) FROM events);
UPDATE targets SET end_reported = ends_at WHERE ends_at <= (SELECT COALESCE(MAX(at), 0) FROM events);
UPDATE rewards SET end_reported = ends_at WHERE ends_at <= (SELECT COALESCE(MAX(at), 0) FROM events);
CREATE INDEX polls_ending ON polls (ends_at) WHERE enabled AND COALESCE(end_reported, 0) <> ends_at;
CREATE INDEX targets_ending ON targets (ends_at) WHERE enabled AND COALESCE(end_reported, 0) <> ends_at;
CREATE INDEX rewards_ending ON rewards (ends_at) WHERE enabled AND COALESCE(end_reported, 0) <> ends_at;
