-- +goose Up

-- When a user, or an operator, asked that an account is deleted. From then on its row names nobody: account_deletions keeps, as JSON, what its user gets back who undoes that until
-- erase_at, and disabled_at is when an operator disabled the user apart from that. due_at is when there is something to do. The row stays: it keeps the slugs from everybody else.
ALTER TABLE users ADD COLUMN deleted_at BIGINT;
CREATE TABLE account_deletions (
    user_id BYTEA PRIMARY KEY NOT NULL REFERENCES users (id),
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    erase_at BIGINT NOT NULL,
    due_at BIGINT,
    disabled_at BIGINT,
    kept TEXT NOT NULL
);
CREATE INDEX account_deletions_due ON account_deletions (due_at) WHERE due_at IS NOT NULL;

-- The facts of such a user that have been dealt with, as they were.
CREATE TABLE deleted_facts (
    fact_id BYTEA PRIMARY KEY NOT NULL,
    user_id BYTEA NOT NULL REFERENCES users (id),
    status TEXT NOT NULL,
    livestream_type TEXT NOT NULL,
    livestream_channel TEXT NOT NULL
);
CREATE INDEX deleted_facts_user ON deleted_facts (user_id, fact_id);
