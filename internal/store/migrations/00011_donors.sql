-- +goose Up

-- The rule that a leaderboard was folded by. Boards of an older rule are served until those of the present one are folded
-- in the background, and then deleted.
ALTER TABLE boards ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- The name of a donor on a leaderboard is that of the donor's newest donation whose name is shown.
CREATE INDEX donations_donor ON donations (donor_id, completed_at, id)
    WHERE completed_at IS NOT NULL AND screening IN ('shown', 'comment_held');

-- The donors of the donations so far are identified in the background, and the leaderboards folded after that.
INSERT INTO projections (name, position) SELECT 'leaderboards.2', -2 WHERE EXISTS (SELECT 1 FROM donations);

-- The provider's own name of the movement into the account, as its reports of payouts list it; '' while unknown.
ALTER TABLE payments ADD COLUMN payout_reference TEXT NOT NULL DEFAULT '';
