-- +goose Up

-- The language tag of the page that the donor paid from, and of what led to a mail, which is written in it; '' for none.
ALTER TABLE payments ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE mails ADD COLUMN language TEXT NOT NULL DEFAULT '';
