-- +goose Up

-- How many slugs a user or a team had is counted when it is renamed.
CREATE INDEX past_slugs_owner ON past_slugs (owner_id, kind);
