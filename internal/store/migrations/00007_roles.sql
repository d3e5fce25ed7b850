-- +goose Up

-- Whoever runs the server: an operator may do what is nobody else's.
ALTER TABLE users ADD COLUMN operator BOOLEAN NOT NULL DEFAULT FALSE;

-- Every member could do everything until now, so all of them are owners.
ALTER TABLE cause_members ADD COLUMN role TEXT NOT NULL DEFAULT 'owner';

-- Whether an operator approved a cause, and whether one took another fact down. It is kept on the facts themselves, as
-- last_gift_at is, because each read of a fact already reads the row of its cause. What a database has already is approved.
ALTER TABLE facts ADD COLUMN approval TEXT NOT NULL DEFAULT 'approved';
-- Why an operator suspended it, for its owner; '' while it is not suspended.
ALTER TABLE facts ADD COLUMN suspension TEXT NOT NULL DEFAULT '';

-- What a cause proposed to be called and where it is registered, until an operator approves it: a JSON object.
ALTER TABLE causes ADD COLUMN proposed TEXT;

-- The log of what those with a role did, in the order of its numbers. It is never changed, and holds ids and amounts, never texts. actor is NULL for a
-- command; subject is what the act was done on, detail a JSON object.
CREATE TABLE acts (
    number BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    actor BYTEA,
    role TEXT NOT NULL,
    act TEXT NOT NULL,
    subject BYTEA NOT NULL,
    detail TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX acts_subject ON acts (subject, number);
CREATE INDEX acts_actor ON acts (actor, at);

-- What those who raise money for a cause may record without a payment, at once and a day, in minor units; 0 is nothing. Only a
-- cause has it.
ALTER TABLE giving ADD COLUMN offline_maximum BIGINT NOT NULL DEFAULT 0;
ALTER TABLE giving ADD COLUMN offline_daily_maximum BIGINT NOT NULL DEFAULT 0;
