-- +goose Up

-- That donors agreed to be contacted by the cause of their donation: how (channel), the text that they agreed to with its version, and when. withdrawn_at is
-- when they took it back; NULL while it holds.
CREATE TABLE consents (
    donation_id BYTEA NOT NULL REFERENCES donations (id),
    channel TEXT NOT NULL,
    wording TEXT NOT NULL,
    version BIGINT NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    PRIMARY KEY (donation_id, channel)
);
