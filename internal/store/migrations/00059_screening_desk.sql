-- +goose Up

-- Who screens at a fact: a user or a grant, and when they last looked at what waits.
CREATE TABLE screeners (
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    screener_id BYTEA NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (fact_id, screener_id)
);

-- Donations that wait for a decision, and which screener has each of them until when: nobody else is given it before.
CREATE TABLE screening_leases (
    donation_id BYTEA PRIMARY KEY NOT NULL REFERENCES donations (id),
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    screener_id BYTEA NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX screening_leases_fact ON screening_leases (fact_id, screener_id);

-- What waits is counted and given out from the index alone.
DROP INDEX donations_held;
CREATE INDEX donations_held ON donations (fact_id, completed_at, id)
    WHERE listed AND completed_at IS NOT NULL AND screening IN ('held', 'comment_held');

-- The name that the donor gave, where somebody has changed the one that is shown; '' where nobody has.
ALTER TABLE donations ADD COLUMN given_name TEXT NOT NULL DEFAULT '';

-- What those who screen and read aloud tell each other about a donation. Nobody else sees it.
CREATE TABLE screening_notes (
    donation_id BYTEA PRIMARY KEY NOT NULL REFERENCES donations (id),
    note TEXT NOT NULL,
    written_by BYTEA NOT NULL,
    written_at BIGINT NOT NULL
);

-- The last decisions of each screener, which they can take back.
CREATE TABLE screening_decisions (
    id BYTEA PRIMARY KEY NOT NULL,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    screener_id BYTEA NOT NULL,
    donation_id BYTEA NOT NULL REFERENCES donations (id),
    was TEXT NOT NULL,
    became TEXT NOT NULL
);
CREATE INDEX screening_decisions_screener ON screening_decisions (fact_id, screener_id, id);
CREATE INDEX screening_decisions_donation ON screening_decisions (donation_id);

-- What one shift tells the next one.
CREATE TABLE handover_notes (
    fact_id BYTEA PRIMARY KEY NOT NULL REFERENCES facts (id),
    note TEXT NOT NULL,
    version BIGINT NOT NULL,
    written_by BYTEA NOT NULL,
    written_at BIGINT NOT NULL
);
