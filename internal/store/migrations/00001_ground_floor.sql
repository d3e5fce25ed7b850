-- One text for SQLite and PostgreSQL. Ids are UUIDs as 16 bytes, times are microseconds since
-- 1970 in UTC (NULL: none), money is minor units, bags are JSON objects that are never searched.

-- +goose Up
CREATE TABLE sequences (
    kind TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE users (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    about TEXT NOT NULL,
    avatar TEXT NOT NULL,
    social TEXT NOT NULL,
    newsletter BOOLEAN,
    confirmed BOOLEAN NOT NULL,
    raised_usd BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE teams (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    about TEXT NOT NULL,
    avatar TEXT NOT NULL,
    invite_only BOOLEAN NOT NULL,
    disbanded_at BIGINT,
    social TEXT NOT NULL,
    raised_usd BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE team_members (
    team_id BYTEA NOT NULL REFERENCES teams (id),
    user_id BYTEA NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_members_user ON team_members (user_id);

-- A fact's slug is unique under its owner: owner_id is its team, user or cause, and 16 zero
-- bytes for causes, which nobody owns. last_gift_at is kept on causes: completions of one
-- cause are later than it, so that a list read newest first never gains an item in its middle.
CREATE TABLE facts (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_space TEXT NOT NULL,
    legacy_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    owner_id BYTEA NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    status TEXT NOT NULL,
    currency TEXT NOT NULL,
    goal BIGINT NOT NULL,
    original_goal BIGINT NOT NULL,
    raised BIGINT NOT NULL DEFAULT 0,
    supported BIGINT NOT NULL DEFAULT 0,
    cause_id BYTEA NOT NULL REFERENCES facts (id),
    event_id BYTEA REFERENCES facts (id),
    parent_id BYTEA REFERENCES facts (id),
    user_id BYTEA REFERENCES users (id),
    team_id BYTEA REFERENCES teams (id),
    avatar TEXT NOT NULL,
    supportable TEXT NOT NULL,
    livestream_type TEXT NOT NULL,
    livestream_channel TEXT NOT NULL,
    starts_at BIGINT,
    ends_at BIGINT,
    published_at BIGINT,
    retired_at BIGINT,
    last_gift_at BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (legacy_space, legacy_id),
    UNIQUE (owner_id, slug)
);
CREATE INDEX facts_slug ON facts (slug, legacy_id);
CREATE INDEX facts_kind ON facts (kind, legacy_id);
CREATE INDEX facts_cause ON facts (cause_id, legacy_id);
CREATE INDEX facts_event ON facts (event_id, legacy_id);
CREATE INDEX facts_parent ON facts (parent_id, legacy_id);
CREATE INDEX facts_user ON facts (user_id, legacy_id);
CREATE INDEX facts_team ON facts (team_id, legacy_id);

CREATE TABLE causes (
    fact_id BYTEA PRIMARY KEY NOT NULL REFERENCES facts (id),
    details TEXT NOT NULL
);

CREATE TABLE cause_members (
    cause_id BYTEA NOT NULL REFERENCES facts (id),
    user_id BYTEA NOT NULL REFERENCES users (id),
    PRIMARY KEY (cause_id, user_id)
);

CREATE TABLE fundraising_events (
    fact_id BYTEA PRIMARY KEY NOT NULL REFERENCES facts (id),
    details TEXT NOT NULL
);

CREATE TABLE polls (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    name TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    ends_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX polls_fact ON polls (fact_id, legacy_id);

CREATE TABLE poll_options (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    poll_id BYTEA NOT NULL REFERENCES polls (id),
    name TEXT NOT NULL,
    raised BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX poll_options_poll ON poll_options (poll_id, legacy_id);

CREATE TABLE targets (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    name TEXT NOT NULL,
    amount BIGINT NOT NULL,
    raised BIGINT NOT NULL DEFAULT 0,
    enabled BOOLEAN NOT NULL,
    activates_at BIGINT,
    ends_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX targets_fact ON targets (fact_id, legacy_id);

CREATE TABLE rewards (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL,
    quantity BIGINT,
    claimed BIGINT NOT NULL DEFAULT 0,
    fair_market_value BIGINT,
    shipping_address_required BOOLEAN NOT NULL,
    shipping_note TEXT NOT NULL,
    custom_question TEXT NOT NULL,
    image TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    always_active BOOLEAN NOT NULL,
    starts_at BIGINT,
    ends_at BIGINT,
    activated_at BIGINT,
    deactivated_at BIGINT,
    retired_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX rewards_fact ON rewards (fact_id, legacy_id);

CREATE TABLE milestones (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    name TEXT NOT NULL,
    amount BIGINT NOT NULL,
    enabled BOOLEAN NOT NULL,
    reached_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX milestones_fact ON milestones (fact_id, amount);

CREATE TABLE schedule_items (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX schedule_items_fact ON schedule_items (fact_id, starts_at, legacy_id);

CREATE TABLE incentives (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    event_id BYTEA NOT NULL REFERENCES facts (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    image TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX incentives_event ON incentives (event_id, legacy_id);

CREATE TABLE registrations (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    event_id BYTEA NOT NULL REFERENCES facts (id),
    user_id BYTEA NOT NULL REFERENCES users (id),
    email TEXT NOT NULL,
    subscribed BOOLEAN NOT NULL,
    address TEXT,
    shirt_size TEXT NOT NULL,
    service_hours BOOLEAN,
    phone_number TEXT NOT NULL,
    date_of_birth TEXT NOT NULL,
    registered_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (event_id, user_id)
);

-- listed says whether public lists show the donation: its money is or was here. usd is the
-- amount in US cents at the rate of its day. reference is the provider's own id of the payment.
CREATE TABLE donations (
    id BYTEA PRIMARY KEY NOT NULL,
    legacy_id BIGINT NOT NULL UNIQUE,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    cause_id BYTEA NOT NULL,
    event_id BYTEA,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    usd BIGINT NOT NULL,
    state TEXT NOT NULL,
    listed BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    comment TEXT NOT NULL,
    email TEXT NOT NULL,
    anonymous BOOLEAN NOT NULL,
    sustained BOOLEAN NOT NULL,
    poll_option_id BYTEA REFERENCES poll_options (id),
    target_id BYTEA REFERENCES targets (id),
    reference TEXT UNIQUE,
    completed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- That of facts has every donation: moving or deleting a fact must find those that are not listed.
CREATE INDEX donations_fact ON donations (fact_id, completed_at, id);
CREATE INDEX donations_cause ON donations (cause_id, completed_at, id) WHERE listed;
CREATE INDEX donations_event ON donations (event_id, completed_at, id) WHERE listed;
CREATE INDEX donations_option ON donations (poll_option_id) WHERE poll_option_id IS NOT NULL;
CREATE INDEX donations_target ON donations (target_id) WHERE target_id IS NOT NULL;

CREATE TABLE reward_claims (
    id BYTEA PRIMARY KEY NOT NULL,
    donation_id BYTEA NOT NULL REFERENCES donations (id),
    reward_id BYTEA NOT NULL REFERENCES rewards (id),
    quantity BIGINT NOT NULL
);
CREATE INDEX reward_claims_donation ON reward_claims (donation_id);
CREATE INDEX reward_claims_reward ON reward_claims (reward_id);

-- Append only: corrections are entries, never updates. An entry is written with its donation, in
-- one transaction; a foreign key would look each one up again, and the audit does that anyway.
CREATE TABLE ledger (
    id BYTEA PRIMARY KEY NOT NULL,
    donation_id BYTEA NOT NULL,
    fact_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    usd BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX ledger_fact ON ledger (fact_id, at);
CREATE INDEX ledger_donation ON ledger (donation_id);

-- The one ordered log. facts is the concatenation of 16-byte ids.
CREATE TABLE events (
    position BIGINT PRIMARY KEY NOT NULL,
    topic TEXT NOT NULL,
    subject BYTEA NOT NULL,
    facts BYTEA NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE rates (
    currency TEXT NOT NULL,
    day BIGINT NOT NULL,
    rate BIGINT NOT NULL,
    PRIMARY KEY (currency, day)
);

CREATE TABLE applications (
    id BYTEA PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    client_id TEXT NOT NULL UNIQUE,
    secret_hash BYTEA NOT NULL,
    redirect_uri TEXT NOT NULL,
    owner_id BYTEA REFERENCES users (id),
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE tokens (
    hash BYTEA PRIMARY KEY NOT NULL,
    id BYTEA NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    application_id BYTEA REFERENCES applications (id),
    user_id BYTEA REFERENCES users (id),
    cause_id BYTEA REFERENCES facts (id),
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
