-- +goose Up

-- What donors read and where they come from. thanks are the fundraiser's own words on the page that thanks them, '' for none. stream_delay is after how
-- many seconds viewers of its stream see what happens, 0 for unknown. The others are those of a cause: statement is what it tells donors before they pay;
-- instant_only leaves out methods of payment that take days.
ALTER TABLE giving ADD COLUMN thanks TEXT NOT NULL DEFAULT '';
ALTER TABLE giving ADD COLUMN stream_delay BIGINT NOT NULL DEFAULT 0;
ALTER TABLE giving ADD COLUMN statement TEXT NOT NULL DEFAULT '';
ALTER TABLE giving ADD COLUMN instant_only BOOLEAN NOT NULL DEFAULT FALSE;

-- via is what the link said that led a donor to the form, return_to where its site wants the donor back; '' for none.
ALTER TABLE payments ADD COLUMN via TEXT NOT NULL DEFAULT '';
ALTER TABLE payments ADD COLUMN return_to TEXT NOT NULL DEFAULT '';
