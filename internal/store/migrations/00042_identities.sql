-- +goose Up

-- Accounts at OpenID providers that users sign in with. Issuer and subject name one: an address does not, because its owner can change. label is what the provider
-- calls it, for its user only. A row that was removed stays until the mail about it was sent, and is deleted later.
CREATE TABLE identities (
    id BYTEA PRIMARY KEY NOT NULL,
    user_id BYTEA NOT NULL REFERENCES users (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    added_at BIGINT NOT NULL,
    removed_at BIGINT
);
CREATE UNIQUE INDEX identities_present ON identities (issuer, subject) WHERE removed_at IS NULL;
CREATE INDEX identities_user ON identities (user_id);
CREATE INDEX identities_removed ON identities (removed_at) WHERE removed_at IS NOT NULL;

-- Sign-ins at OpenID providers that began and have not come back. hash is the SHA-256 of the state, browser that of the cookie of the browser that began. user_id is who
-- adds an identity, link_id the invitation that is accepted with it, under the name and slug that were typed. A row goes once the browser came back; the others expire.
CREATE TABLE openid_requests (
    hash BYTEA PRIMARY KEY NOT NULL,
    provider TEXT NOT NULL,
    purpose TEXT NOT NULL,
    browser BYTEA NOT NULL,
    user_id BYTEA REFERENCES users (id),
    link_id BYTEA,
    username TEXT NOT NULL DEFAULT '',
    slug TEXT NOT NULL DEFAULT '',
    next TEXT NOT NULL DEFAULT '',
    expires_at BIGINT NOT NULL
);
CREATE INDEX openid_requests_expiry ON openid_requests (expires_at);
CREATE INDEX openid_requests_user ON openid_requests (user_id) WHERE user_id IS NOT NULL;
