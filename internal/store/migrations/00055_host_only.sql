-- +goose Up

-- The name of a donation whose comment is for the host only is shown.
DROP INDEX donations_donor;
CREATE INDEX donations_donor ON donations (donor_id, completed_at, id)
    WHERE completed_at IS NOT NULL AND screening IN ('shown', 'host_only', 'comment_held');
