-- +goose Up

-- Payments: how the money of a donation comes. reference is the provider's own id of it, and the
-- donation's until the provider has given one. refunded and disputed are what the provider says went
-- back of the whole payment, the cover of the fee included. due_at is when the provider is asked again
-- by itself: NULL when nothing is awaited any more. version counts what the provider said.
CREATE TABLE payments (
    donation_id BYTEA PRIMARY KEY NOT NULL REFERENCES donations (id),
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    reference TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    fee_cover BIGINT NOT NULL,
    fee BIGINT,
    refunded BIGINT NOT NULL DEFAULT 0,
    disputed BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (provider, reference)
);
CREATE INDEX payments_due ON payments (due_at) WHERE due_at IS NOT NULL;

-- The journal of what providers told, as it came. donation_id is what the notice is about, as far as it
-- says; applied_at is NULL until it has been acted on, due_at when that is tried (again).
CREATE TABLE notices (
    id BYTEA PRIMARY KEY NOT NULL,
    provider TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    account TEXT NOT NULL,
    reference TEXT NOT NULL,
    donation_id BYTEA,
    header TEXT NOT NULL,
    body BYTEA NOT NULL,
    problem TEXT NOT NULL DEFAULT '',
    tries BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT,
    received_at BIGINT NOT NULL,
    applied_at BIGINT,
    UNIQUE (provider, notice_id)
);
CREATE INDEX notices_due ON notices (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX notices_open ON notices (id) WHERE applied_at IS NULL;

-- What of a donation a bank took back in a dispute that is open or lost; until when it is held; and which
-- incentives it could not be given any more when its money came, as a JSON list.
ALTER TABLE donations ADD COLUMN disputed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE donations ADD COLUMN release_at BIGINT;
ALTER TABLE donations ADD COLUMN left_out TEXT NOT NULL DEFAULT '';
CREATE INDEX donations_release ON donations (release_at) WHERE release_at IS NOT NULL;

-- held is what is kept for donations whose money is on its way, or with a bank that is asked about it.
ALTER TABLE rewards ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
-- What the giver answered to the question of a reward, and where to send it, as JSON; '' for nothing.
ALTER TABLE reward_claims ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE reward_claims ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- How a fact takes gifts. Amounts are minor units, 0 for the server's own; presets is a JSON list of them,
-- words a JSON list. release_after is in seconds, 0 for never.
CREATE TABLE giving (
    fact_id BYTEA PRIMARY KEY NOT NULL REFERENCES facts (id),
    minimum BIGINT NOT NULL,
    maximum BIGINT NOT NULL,
    presets TEXT NOT NULL,
    screening TEXT NOT NULL,
    words TEXT NOT NULL,
    release_after BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Where a cause takes money: its account at a provider.
CREATE TABLE payment_accounts (
    cause_id BYTEA NOT NULL REFERENCES facts (id),
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (cause_id, provider)
);

-- Receipts are numbered by cause. due_at is when the mail is tried (again), NULL when there is nothing to
-- send any more; whoever sends it moves due_at on first, so that nobody else does. handed_at is when it was
-- about to be given to the mail server, whose answer is known at sent_at: a receipt with the first and
-- without the second may have arrived, and is not sent again by itself. One with a problem and nothing else
-- was refused.
CREATE TABLE receipts (
    donation_id BYTEA PRIMARY KEY NOT NULL REFERENCES donations (id),
    cause_id BYTEA NOT NULL,
    number BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',
    due_at BIGINT,
    handed_at BIGINT,
    sent_at BIGINT,
    issued_at BIGINT NOT NULL,
    UNIQUE (cause_id, number)
);
CREATE INDEX receipts_due ON receipts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX receipts_unknown ON receipts (donation_id) WHERE handed_at IS NOT NULL AND sent_at IS NULL;
CREATE INDEX receipts_refused ON receipts (donation_id) WHERE due_at IS NULL AND handed_at IS NULL AND sent_at IS NULL AND problem <> '';

-- The payments of the sandbox provider, as it keeps them itself. due_at is when something happens to one.
CREATE TABLE sandbox_payments (
    id TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    due_at BIGINT
);
CREATE INDEX sandbox_payments_due ON sandbox_payments (due_at) WHERE due_at IS NOT NULL;

CREATE INDEX donation_matches_due ON donation_matches (ends_at) WHERE completed_at IS NULL;

-- The entries of a fact in their order, for exports: without the id the database would sort them.
DROP INDEX ledger_fact;
CREATE INDEX ledger_fact ON ledger (fact_id, at, id);
