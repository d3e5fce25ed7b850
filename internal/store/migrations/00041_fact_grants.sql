-- +goose Up

-- What somebody may do at a fact until an end. link_hash is the SHA-256 of the link's secret, NULL once it was accepted: user_id is the account that did, or
-- session_hash the SHA-256 of the secret of a browser without one. A row goes some time after its end.
CREATE TABLE fact_grants (
    id BYTEA PRIMARY KEY NOT NULL,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    given_by BYTEA REFERENCES users (id),
    user_id BYTEA REFERENCES users (id),
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    link_hash BYTEA UNIQUE,
    link_until BIGINT,
    accepted_at BIGINT,
    session_hash BYTEA UNIQUE
);
CREATE INDEX fact_grants_fact ON fact_grants (fact_id, id) WHERE ended_at IS NULL;
CREATE INDEX fact_grants_user ON fact_grants (user_id, fact_id) WHERE ended_at IS NULL AND user_id IS NOT NULL;
CREATE INDEX fact_grants_end ON fact_grants (ends_at) WHERE ended_at IS NULL;
CREATE INDEX fact_grants_ended ON fact_grants (ended_at) WHERE ended_at IS NOT NULL;

-- Held donations of a fact, which a screener lists.
CREATE INDEX donations_held ON donations (fact_id, completed_at, id) WHERE screening IN ('held', 'comment_held');
