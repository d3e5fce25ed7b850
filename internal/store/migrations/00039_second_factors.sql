-- +goose Up

-- When the person at a browser last proved who they are, and by what: words with spaces between them. Whoever was signed in before typed a password.
ALTER TABLE sessions ADD COLUMN authenticated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN factors TEXT NOT NULL DEFAULT 'password';
UPDATE sessions SET authenticated_at = created_at;

-- The authenticator app of a user. secret is the key that it shares with the server, sealed; last_step is the newest time step whose code was used. Until confirmed_at it is
-- being set up, and nothing asks for its codes.
CREATE TABLE authenticator_apps (
    user_id BYTEA PRIMARY KEY NOT NULL REFERENCES users (id),
    secret TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

-- The recovery codes that were not used, as their SHA-256.
CREATE TABLE recovery_codes (
    user_id BYTEA NOT NULL REFERENCES users (id),
    hash BYTEA NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- Sign-ins that wait for the second factor. hash is the SHA-256 of what the browser has of it, factors what was right so far, tries how many codes were tried.
CREATE TABLE pending_sign_ins (
    hash BYTEA PRIMARY KEY NOT NULL,
    user_id BYTEA NOT NULL REFERENCES users (id),
    factors TEXT NOT NULL,
    tries BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pending_sign_ins_user ON pending_sign_ins (user_id);
CREATE INDEX pending_sign_ins_expiry ON pending_sign_ins (expires_at);
