-- +goose Up

-- The outbox. about is what a mail is about: of a receipt, whose mail has its id too, the donation; NULL for nothing. due_at is when it is tried
-- (again), NULL when there is nothing to send any more. handed_at is when it was about to be given to the mail server, whose answer
-- is known at sent_at: a mail with the first and without the second may have arrived, and is not sent again automatically. One with
-- a problem and nothing else was refused.
CREATE TABLE mails (
    id BYTEA PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    about BYTEA,
    tries BIGINT NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',
    due_at BIGINT,
    handed_at BIGINT,
    sent_at BIGINT,
    created_at BIGINT NOT NULL
);

INSERT INTO mails (id, kind, recipient, about, tries, problem, due_at, handed_at, sent_at, created_at)
SELECT r.donation_id, 'receipt', d.email, r.donation_id, r.tries, r.problem, r.due_at, r.handed_at, r.sent_at, r.issued_at
FROM receipts r JOIN donations d ON d.id = r.donation_id
WHERE r.due_at IS NOT NULL OR r.handed_at IS NOT NULL OR r.sent_at IS NOT NULL OR r.problem <> '';

CREATE INDEX mails_due ON mails (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mails_unknown ON mails (kind, id) WHERE handed_at IS NOT NULL AND sent_at IS NULL;
CREATE INDEX mails_refused ON mails (kind, id) WHERE due_at IS NULL AND handed_at IS NULL AND sent_at IS NULL AND problem <> '';

DROP INDEX receipts_due;
DROP INDEX receipts_unknown;
DROP INDEX receipts_refused;
ALTER TABLE receipts DROP COLUMN tries;
ALTER TABLE receipts DROP COLUMN problem;
ALTER TABLE receipts DROP COLUMN due_at;
ALTER TABLE receipts DROP COLUMN handed_at;
ALTER TABLE receipts DROP COLUMN sent_at;

-- Who works on a row of background work, of whatever table, and until when nobody else does. kind is that of the work, id that of
-- the row. failures counts how often in succession the work failed and left the row due. A row that nobody works on has none.
CREATE TABLE leases (
    kind TEXT NOT NULL,
    id BYTEA NOT NULL,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id)
);
