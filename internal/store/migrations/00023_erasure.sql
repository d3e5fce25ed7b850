-- +goose Up

-- When what the donor of a donation wrote was erased; NULL for never. Nothing brings it back after that.
ALTER TABLE donations ADD COLUMN erased_at BIGINT;

-- Donors find their donations by their address.
CREATE INDEX donations_email ON donations (LOWER(email)) WHERE email <> '';

-- Donations whose donor asked for erasure. due_at is when to look again, whether it can be done or whether something came in since; NULL when that is
-- over. looks counts the looks after it was done.
CREATE TABLE erasures (
    donation_id BYTEA PRIMARY KEY NOT NULL REFERENCES donations (id),
    asked_at BIGINT NOT NULL,
    looks BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT
);
CREATE INDEX erasures_due ON erasures (due_at) WHERE due_at IS NOT NULL;

-- What receipts of erased donations said of their donors, for as long as the cause has to keep it: record is a JSON object.
CREATE TABLE receipts_kept (
    donation_id BYTEA PRIMARY KEY NOT NULL REFERENCES donations (id),
    cause_id BYTEA NOT NULL,
    number BIGINT NOT NULL,
    record TEXT NOT NULL,
    delete_at BIGINT NOT NULL
);
CREATE INDEX receipts_kept_cause ON receipts_kept (cause_id, number);
CREATE INDEX receipts_kept_delete ON receipts_kept (delete_at);

-- Counts how often scores were given to other donors beside the events of the log: what was read before that is read again.
ALTER TABLE projections ADD COLUMN era BIGINT NOT NULL DEFAULT 0;
