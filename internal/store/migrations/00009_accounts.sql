-- +goose Up

-- When an operator disabled an account or an application; NULL while it may be used.
ALTER TABLE users ADD COLUMN disabled_at BIGINT;
ALTER TABLE applications ADD COLUMN disabled_at BIGINT;
CREATE INDEX tokens_user ON tokens (user_id, id) WHERE user_id IS NOT NULL;

-- Why an operator dismissed a provider event instead of having it applied; '' for none. A dismissed event has applied_at.
ALTER TABLE notices ADD COLUMN dismissal TEXT NOT NULL DEFAULT '';
