-- +goose Up

-- creation names the making of an account at the provider, so that it is made once; NULL for one that an operator named. Until it is made, account is ''. mode is the money that
-- it was made for, '' where that is unknown. state is what the provider last said of it, as JSON; '' before it was asked. ended_at is when the cause disconnected it. version
-- counts what was learnt of it.
ALTER TABLE payment_accounts ADD COLUMN creation BYTEA;
ALTER TABLE payment_accounts ADD COLUMN mode TEXT NOT NULL DEFAULT '';
ALTER TABLE payment_accounts ADD COLUMN approved BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE payment_accounts ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE payment_accounts ADD COLUMN checked_at BIGINT;
ALTER TABLE payment_accounts ADD COLUMN ended_at BIGINT;
ALTER TABLE payment_accounts ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX payment_accounts_account ON payment_accounts (provider, account);
