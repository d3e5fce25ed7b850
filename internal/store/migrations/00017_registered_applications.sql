-- +goose Up

-- Applications that registered themselves. pending is true until an operator approves one. unused_at is when to look whether it was used; NULL for
-- applications that stay.
ALTER TABLE applications ADD COLUMN registered BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE applications ADD COLUMN pending BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE applications ADD COLUMN unused_at BIGINT;
CREATE INDEX applications_pending ON applications (id) WHERE pending;
CREATE INDEX applications_unused ON applications (unused_at) WHERE unused_at IS NOT NULL;

-- What hangs on an application is looked for before it is deleted.
CREATE INDEX tokens_application ON tokens (application_id);
CREATE INDEX grants_application ON grants (application_id);
