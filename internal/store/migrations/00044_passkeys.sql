-- +goose Up

-- The passkeys of users. credential is the id that the browser has for it, data what its answers are checked with: a public key, and no secret. host is what it is tied to: it works
-- nowhere else.
CREATE TABLE passkeys (
    id BYTEA PRIMARY KEY NOT NULL,
    user_id BYTEA NOT NULL REFERENCES users (id),
    credential BYTEA NOT NULL UNIQUE,
    data TEXT NOT NULL,
    name TEXT NOT NULL,
    host TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_user ON passkeys (user_id);

-- Questions for passkeys that were answered, as their SHA-256, so that no answer is taken twice.
CREATE TABLE passkey_answers (
    hash BYTEA PRIMARY KEY NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_answers_expiry ON passkey_answers (expires_at);
