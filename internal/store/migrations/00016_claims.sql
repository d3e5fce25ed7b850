-- +goose Up

-- Whether those who raise money for a cause see and fulfill the claims of rewards: on a cause or an event at all of its campaigns, elsewhere at the fact and at what
-- supports it.
ALTER TABLE giving ADD COLUMN streamers_ship BOOLEAN NOT NULL DEFAULT FALSE;

-- When a claim was fulfilled; NULL while it is not. erase_at is when to look whether its answer and address are to be deleted; NULL where there is neither.
ALTER TABLE reward_claims ADD COLUMN fulfilled_at BIGINT;
ALTER TABLE reward_claims ADD COLUMN erase_at BIGINT;
UPDATE reward_claims SET erase_at = (SELECT d.updated_at FROM donations d WHERE d.id = reward_claims.donation_id) + 7776000000000
WHERE answer <> '' OR address <> '';
CREATE INDEX reward_claims_erase ON reward_claims (erase_at) WHERE erase_at IS NOT NULL;
