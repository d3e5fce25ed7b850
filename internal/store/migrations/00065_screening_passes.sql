-- +goose Up

-- Whether one screener passes a donation on and another one shows it.
ALTER TABLE giving ADD COLUMN two_passes BOOLEAN NOT NULL DEFAULT FALSE;

-- Donations that a screener passed on, and who did. It counts while they wait; a donation that is held once more has no row.
CREATE TABLE screening_passes (
    donation_id BYTEA PRIMARY KEY NOT NULL REFERENCES donations (id),
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    screener_id BYTEA NOT NULL,
    passed_at BIGINT NOT NULL
);

-- Whether the screener passed the donation on, in place of showing it.
ALTER TABLE screening_decisions ADD COLUMN passed BOOLEAN NOT NULL DEFAULT FALSE;
