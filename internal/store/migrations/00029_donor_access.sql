-- +goose Up

-- Who asked for a link to the donations with an address, and who followed one. hash is the SHA-256 of the secret in the link; NULL until the mail is
-- written, and once the link was used. session is that of the browser's secret after that. A row is deleted some time after it expired.
CREATE TABLE donor_access (
    id BYTEA PRIMARY KEY NOT NULL,
    address TEXT NOT NULL,
    hash BYTEA UNIQUE,
    session BYTEA UNIQUE,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX donor_access_expiry ON donor_access (expires_at);
CREATE INDEX donor_access_address ON donor_access (address);
