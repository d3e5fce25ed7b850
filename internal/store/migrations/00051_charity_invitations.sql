-- +goose Up

-- Invitations of charities that are not here. address_hash and host_hash are keyed hashes of the address and of the host of the website: at most one invitation to an address is
-- open, whoever asks, and they are left when the address is erased. hash is the SHA-256 of the secret of the link that was mailed; NULL while there is none. due_at is when there is
-- something to do next: it expires, its address is erased, or it is deleted.
CREATE TABLE charity_invitations (
    id BYTEA PRIMARY KEY NOT NULL,
    user_id BYTEA NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    website TEXT NOT NULL,
    address TEXT NOT NULL,
    country TEXT NOT NULL,
    message TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    address_hash BYTEA NOT NULL,
    host_hash BYTEA NOT NULL,
    hash BYTEA UNIQUE,
    linked_at BIGINT,
    owner_id BYTEA REFERENCES users (id),
    cause_id BYTEA REFERENCES facts (id),
    asked_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    due_at BIGINT
);
CREATE UNIQUE INDEX charity_invitations_open ON charity_invitations (address_hash) WHERE state IN ('asked', 'invited', 'accepted');
CREATE INDEX charity_invitations_address ON charity_invitations (address_hash);
CREATE INDEX charity_invitations_user ON charity_invitations (user_id, id);
CREATE INDEX charity_invitations_owner ON charity_invitations (owner_id, id) WHERE owner_id IS NOT NULL;
CREATE INDEX charity_invitations_state ON charity_invitations (state, id);
CREATE INDEX charity_invitations_cause ON charity_invitations (cause_id) WHERE cause_id IS NOT NULL;
CREATE INDEX charity_invitations_due ON charity_invitations (due_at) WHERE due_at IS NOT NULL;

-- Addresses and hosts of charities that do not want to be invited again, by their keyed hashes.
CREATE TABLE charity_refusals (
    hash BYTEA PRIMARY KEY NOT NULL,
    refused_at BIGINT NOT NULL
);
