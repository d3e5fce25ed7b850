-- +goose Up

-- preflight has a bit for each thing that the streamer of a fact tried out before the first show. live_base is what the fact had raised when its streamer last said that they
-- are live, in minor units: what came since is the session's.
ALTER TABLE facts ADD COLUMN preflight BIGINT NOT NULL DEFAULT 0;
ALTER TABLE facts ADD COLUMN live_base BIGINT NOT NULL DEFAULT 0;
