-- +goose Up

-- Links in mails about accounts: to confirm another address to sign in with, to choose a new password, or to make an account. hash is the SHA-256 of the link's secret;
-- NULL until the mail is written, and where there is nothing to follow. user_id is NULL until then, too, where anybody may ask, and of invitations. A row goes once the
-- link was followed; those that nobody followed are deleted later.
CREATE TABLE account_links (
    id BYTEA PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    user_id BYTEA REFERENCES users (id),
    address TEXT NOT NULL,
    hash BYTEA UNIQUE,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
INSERT INTO account_links (id, kind, user_id, address, hash, asked_at, expires_at)
    SELECT id, 'email', user_id, address, hash, asked_at, expires_at FROM login_changes;
DROP TABLE login_changes;
CREATE UNIQUE INDEX account_links_email ON account_links (user_id) WHERE kind = 'email';
CREATE INDEX account_links_user ON account_links (user_id);
CREATE INDEX account_links_invitation ON account_links (asked_at) WHERE kind = 'invitation';
CREATE INDEX account_links_expiry ON account_links (expires_at);
