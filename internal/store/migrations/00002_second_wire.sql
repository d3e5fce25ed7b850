-- +goose Up

-- The server's own secrets: keys are derived from them, never sent.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY NOT NULL,
    value BYTEA NOT NULL
);

-- Lists of facts in the order of their making, whatever their kinds.
CREATE INDEX facts_parent_id ON facts (parent_id, id);
CREATE INDEX facts_user_id ON facts (user_id, id);
CREATE INDEX facts_team_id ON facts (team_id, id);
CREATE INDEX facts_cause_id ON facts (cause_id, id);
CREATE INDEX facts_event_id ON facts (event_id, id);

-- Lists in the order of amounts, and of who came first.
CREATE INDEX rewards_amount ON rewards (fact_id, amount, id);
DROP INDEX milestones_fact;
CREATE INDEX milestones_fact ON milestones (fact_id, amount, id);
CREATE INDEX registrations_event ON registrations (event_id, id);

CREATE TABLE personal_campaigns (
    fact_id BYTEA PRIMARY KEY NOT NULL REFERENCES facts (id),
    for_name TEXT NOT NULL
);

-- pledged is kept beside the bids: the sum of the winning ones that are not paid.
CREATE TABLE auction_houses (
    fact_id BYTEA PRIMARY KEY NOT NULL REFERENCES facts (id),
    banner TEXT NOT NULL,
    pledged BIGINT NOT NULL DEFAULT 0
);

-- images is a JSON list of addresses.
CREATE TABLE auction_items (
    id BYTEA PRIMARY KEY NOT NULL,
    house_id BYTEA NOT NULL REFERENCES facts (id),
    name TEXT NOT NULL,
    short_description TEXT NOT NULL,
    description TEXT NOT NULL,
    legal TEXT NOT NULL,
    rules TEXT NOT NULL,
    images TEXT NOT NULL,
    fair_market_value BIGINT,
    starting_bid BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    activated_at BIGINT,
    completed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX auction_items_house ON auction_items (house_id, id);

CREATE TABLE auction_bids (
    id BYTEA PRIMARY KEY NOT NULL,
    item_id BYTEA NOT NULL REFERENCES auction_items (id),
    user_id BYTEA REFERENCES users (id),
    amount BIGINT NOT NULL,
    public_name TEXT NOT NULL,
    winning BOOLEAN NOT NULL,
    removed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX auction_bids_item ON auction_bids (item_id, id);

-- raised is kept beside the ledger: what was given within the window.
CREATE TABLE donation_matches (
    id BYTEA PRIMARY KEY NOT NULL,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    type TEXT NOT NULL,
    matched_by TEXT NOT NULL,
    pledged BIGINT NOT NULL,
    currency TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    raised BIGINT NOT NULL DEFAULT 0,
    donation_id BYTEA REFERENCES donations (id),
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    completed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX donation_matches_fact ON donation_matches (fact_id, id);
CREATE INDEX donation_matches_open ON donation_matches (fact_id) WHERE completed_at IS NULL;

-- Which donations counted towards which match.
CREATE TABLE matched_donations (
    donation_id BYTEA NOT NULL REFERENCES donations (id),
    match_id BYTEA NOT NULL REFERENCES donation_matches (id),
    PRIMARY KEY (donation_id, match_id)
);
CREATE INDEX matched_donations_match ON matched_donations (match_id);

-- goal is in thousandths of the unit; meters and seconds are kept beside the activities.
CREATE TABLE fitness_goals (
    id BYTEA PRIMARY KEY NOT NULL,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    type TEXT NOT NULL,
    unit TEXT NOT NULL,
    goal BIGINT NOT NULL,
    meters BIGINT NOT NULL DEFAULT 0,
    seconds BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX fitness_goals_fact ON fitness_goals (fact_id, id);

-- team_id is the team of the fact when the activity was recorded.
CREATE TABLE fitness_activities (
    id BYTEA PRIMARY KEY NOT NULL,
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    user_id BYTEA NOT NULL REFERENCES users (id),
    team_id BYTEA REFERENCES teams (id),
    type TEXT NOT NULL,
    meters BIGINT NOT NULL,
    seconds BIGINT NOT NULL,
    at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX fitness_activities_fact ON fitness_activities (fact_id, at);

-- donor_id is opaque: see the app's key for it. refunded is what of the amount went back.
ALTER TABLE donations ADD COLUMN donor_id BYTEA;
ALTER TABLE donations ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE donations ADD COLUMN screening TEXT NOT NULL DEFAULT 'shown';
ALTER TABLE donations ADD COLUMN is_match BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE events ADD COLUMN amount BIGINT NOT NULL DEFAULT 0;
UPDATE events SET amount = (SELECT d.amount FROM donations d WHERE d.id = events.subject)
    WHERE topic = 'donation.completed';

-- Leaderboards, folded from the event log up to the position of the projection. A score is what
-- one entrant (a donor, user or team) has on a board of a fact in a period; begins is when the
-- period began, 0 for all time. The board 'own' has what was given directly to the fact itself.
-- A board's id is the beginning of a hash of what it is of: whoever wants it works it out.
-- halfway is the last score that the event after the position was applied to, where that takes
-- more than one transaction; '' for none.
CREATE TABLE projections (
    name TEXT PRIMARY KEY NOT NULL,
    position BIGINT NOT NULL,
    halfway TEXT NOT NULL DEFAULT ''
);
CREATE TABLE boards (
    id BIGINT PRIMARY KEY NOT NULL,
    fact_id BYTEA NOT NULL,
    board TEXT NOT NULL,
    period TEXT NOT NULL,
    begins BIGINT NOT NULL
);
CREATE INDEX boards_fact ON boards (fact_id, id);
-- The end of this statement is for SQLite alone, and makes one tree less to write: comments are
-- nested in PostgreSQL, which sees nothing there.
CREATE TABLE scores (
    board_id BIGINT NOT NULL,
    entrant_id BYTEA NOT NULL,
    score BIGINT NOT NULL,
    PRIMARY KEY (board_id, entrant_id)
) /* /* */ WITHOUT ROWID -- */
;
CREATE INDEX scores_rank ON scores (board_id, score, entrant_id);
-- What donors are called on leaderboards: as their last donation says.
CREATE TABLE donors (
    id BYTEA PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
);

ALTER TABLE team_members ADD COLUMN legacy_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE team_members ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE team_members ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
UPDATE team_members SET legacy_id = n.number FROM (
        SELECT team_id, user_id, ROW_NUMBER() OVER (ORDER BY team_id, user_id) AS number FROM team_members) n
    WHERE n.team_id = team_members.team_id AND n.user_id = team_members.user_id;
UPDATE team_members SET created_at = (SELECT MAX(made) FROM (
        SELECT t.created_at AS made FROM teams t WHERE t.id = team_members.team_id
        UNION ALL SELECT u.created_at FROM users u WHERE u.id = team_members.user_id) m);
UPDATE team_members SET updated_at = created_at;
INSERT INTO sequences (kind, last) SELECT 'team_member', COUNT(*) FROM team_members;
CREATE UNIQUE INDEX team_members_legacy ON team_members (legacy_id);
CREATE INDEX team_members_team ON team_members (team_id, legacy_id);

-- redirect_uri is a list with spaces between from now on.
ALTER TABLE applications ADD COLUMN api TEXT NOT NULL DEFAULT 'v3';
ALTER TABLE tokens ADD COLUMN grant_id BYTEA;
-- Changes need a scope from now on. Who could make them before still can.
UPDATE applications SET scopes = TRIM(scopes || ' write cause');
UPDATE tokens SET scopes = TRIM(scopes || ' write cause') WHERE kind IN ('user', 'cause');
CREATE INDEX tokens_grant ON tokens (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX tokens_expiry ON tokens (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE grants (
    id BYTEA PRIMARY KEY NOT NULL,
    application_id BYTEA NOT NULL REFERENCES applications (id),
    user_id BYTEA NOT NULL REFERENCES users (id),
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX grants_user ON grants (user_id, id);

CREATE TABLE authorization_codes (
    hash BYTEA PRIMARY KEY NOT NULL,
    grant_id BYTEA NOT NULL REFERENCES grants (id),
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE refresh_tokens (
    hash BYTEA PRIMARY KEY NOT NULL,
    grant_id BYTEA NOT NULL REFERENCES grants (id),
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT
);
CREATE INDEX refresh_tokens_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);
CREATE INDEX authorization_codes_expiry ON authorization_codes (expires_at);

CREATE TABLE sessions (
    hash BYTEA PRIMARY KEY NOT NULL,
    id BYTEA NOT NULL UNIQUE,
    user_id BYTEA NOT NULL REFERENCES users (id),
    agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE webhook_endpoints (
    id BYTEA PRIMARY KEY NOT NULL,
    application_id BYTEA NOT NULL REFERENCES applications (id),
    description TEXT NOT NULL,
    url TEXT NOT NULL,
    signing_key TEXT NOT NULL,
    activated_at BIGINT,
    deactivated_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX webhook_endpoints_application ON webhook_endpoints (application_id, id);

-- event_types is a list with spaces between.
CREATE TABLE webhook_subscriptions (
    id BYTEA PRIMARY KEY NOT NULL,
    endpoint_id BYTEA NOT NULL REFERENCES webhook_endpoints (id),
    fact_id BYTEA NOT NULL REFERENCES facts (id),
    event_types TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (endpoint_id, fact_id)
);
CREATE INDEX webhook_subscriptions_fact ON webhook_subscriptions (fact_id);
CREATE INDEX webhook_subscriptions_endpoint ON webhook_subscriptions (endpoint_id, id);

CREATE TABLE webhook_relays (
    id BYTEA PRIMARY KEY NOT NULL,
    application_id BYTEA NOT NULL REFERENCES applications (id),
    endpoint_id BYTEA NOT NULL REFERENCES webhook_endpoints (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX webhook_relays_application ON webhook_relays (application_id, id);

CREATE TABLE relay_keys (
    id BYTEA PRIMARY KEY NOT NULL,
    relay_id BYTEA NOT NULL REFERENCES webhook_relays (id),
    key TEXT NOT NULL,
    client_key TEXT NOT NULL UNIQUE,
    metadata TEXT,
    donation_id BYTEA UNIQUE REFERENCES donations (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (relay_id, key)
);
CREATE INDEX relay_keys_relay ON relay_keys (relay_id, id);

CREATE TABLE legacy_relays (
    provider TEXT NOT NULL,
    uuid TEXT NOT NULL,
    donation_id BYTEA NOT NULL REFERENCES donations (id),
    meta TEXT NOT NULL,
    PRIMARY KEY (provider, uuid)
);

-- The first answer to a write under a key of its caller. status is 0 while the answer is not known.
CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    header TEXT NOT NULL,
    body BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
