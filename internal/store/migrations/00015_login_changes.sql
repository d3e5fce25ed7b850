-- +goose Up

-- Addresses that users asked to sign in with. hash is the SHA-256 of the secret in the link that was mailed to the address; NULL until the mail is
-- written, and where the address has an account already. A row goes once the link was followed; those that nobody followed are deleted later.
CREATE TABLE login_changes (
    id BYTEA PRIMARY KEY NOT NULL,
    user_id BYTEA NOT NULL UNIQUE REFERENCES users (id),
    address TEXT NOT NULL,
    hash BYTEA UNIQUE,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX login_changes_expiry ON login_changes (expires_at);

-- Mails about accounts are deleted after a while; those of receipts stay with their donation.
CREATE INDEX mails_account ON mails (created_at) WHERE kind <> 'receipt';
