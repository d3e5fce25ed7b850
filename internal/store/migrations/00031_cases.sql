-- +goose Up

-- What donors wrote is wrong with their donation. state is open, refunded or declined; reason is why it was declined, refunded how much went back.
-- refunded_before is what had gone back before. answer_by is the day by which the cause should answer, remind_at when it is reminded; NULL when it was, and when it answered.
CREATE TABLE cases (
    id BYTEA PRIMARY KEY NOT NULL,
    donation_id BYTEA NOT NULL REFERENCES donations (id),
    cause_id BYTEA NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    refunded BIGINT NOT NULL DEFAULT 0,
    refunded_before BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    answer_by BIGINT NOT NULL,
    remind_at BIGINT,
    answered_at BIGINT
);
CREATE UNIQUE INDEX cases_open ON cases (donation_id) WHERE state = 'open';
CREATE INDEX cases_donation ON cases (donation_id, id);
CREATE INDEX cases_cause ON cases (cause_id, id);
CREATE INDEX cases_remind ON cases (remind_at) WHERE remind_at IS NOT NULL;
