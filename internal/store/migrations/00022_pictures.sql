-- +goose Up

-- Uploaded pictures: each in a few widths, by the SHA-256 of the largest. They are here rather than in a folder, so that a backup, a copy and
-- another node have them.
CREATE TABLE pictures (
    hash BYTEA NOT NULL,
    width BIGINT NOT NULL,
    type TEXT NOT NULL,
    content BYTEA NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (hash, width)
);

-- Where each was uploaded to: the slot of a fact, a user or a team, whose column has its address. It counts against the quota of owner_id, also
-- for a while after it was replaced, until remove_at.
CREATE TABLE picture_uses (
    id BYTEA PRIMARY KEY NOT NULL,
    subject_id BYTEA NOT NULL,
    slot TEXT NOT NULL,
    hash BYTEA NOT NULL,
    address TEXT NOT NULL,
    owner_id BYTEA NOT NULL,
    bytes BIGINT NOT NULL,
    remove_at BIGINT,
    UNIQUE (subject_id, slot, hash)
);
CREATE INDEX picture_uses_hash ON picture_uses (hash);
CREATE INDEX picture_uses_owner ON picture_uses (owner_id);
CREATE INDEX picture_uses_remove ON picture_uses (remove_at) WHERE remove_at IS NOT NULL;

ALTER TABLE facts ADD COLUMN cover TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN cover TEXT NOT NULL DEFAULT '';
ALTER TABLE teams ADD COLUMN cover TEXT NOT NULL DEFAULT '';
